package org.koegura.sipproxy.transaction;

import gov.nist.core.ServerLogger;
import gov.nist.core.StackLogger;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Properties;
import javax.sip.SipStack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the stack from logging: its lines hold whole messages, with numbers and names. Only the kind of an exception
/// is let through, at debug.
///
/// Public with this constructor because the stack makes it by its name.
public final class SilentStackLog implements StackLogger, ServerLogger {

    private static final Logger LOG = LoggerFactory.getLogger(SilentStackLog.class);

    public SilentStackLog() {}

    @Override
    public boolean isLoggingEnabled() {
        return false;
    }

    @Override
    public boolean isLoggingEnabled(int logLevel) {
        return false;
    }

    @Override
    public void logException(Throwable cause) {
        LOG.debug("sip.stack.exception kind={}", cause.getClass().getSimpleName());
    }

    @Override
    public void logException(Exception cause) {
        logException((Throwable) cause);
    }

    @Override
    public void logError(String message, Exception cause) {
        logException((Throwable) cause);
    }

    @Override
    public void logStackTrace() {}

    @Override
    public void logStackTrace(int traceLevel) {}

    @Override
    public int getLineCount() {
        return 0;
    }

    @Override
    public void logDebug(String message) {}

    @Override
    public void logDebug(String message, Exception cause) {}

    @Override
    public void logTrace(String message) {}

    @Override
    public void logFatalError(String message) {}

    @Override
    public void logError(String message) {}

    @Override
    public void logWarning(String message) {}

    @Override
    public void logInfo(String message) {}

    @Override
    public void disableLogging() {}

    @Override
    public void enableLogging() {}

    @Override
    public void setBuildTimeStamp(String buildTimeStamp) {}

    @Override
    public void setStackProperties(Properties properties) {}

    @Override
    public String getLoggerName() {
        return "sip";
    }

    @Override
    public void closeLogFile() {}

    @Override
    public void logMessage(SIPMessage message, String from, String to, boolean sender, long time) {}

    @Override
    public void logMessage(SIPMessage message, String from, String to, String status, boolean sender, long time) {}

    @Override
    public void logMessage(SIPMessage message, String from, String to, String status, boolean sender) {}

    @Override
    public void setSipStack(SipStack stack) {}
}
