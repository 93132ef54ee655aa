package org.koegura.console;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.StoreFault;
import org.koegura.console.page.Language;
import org.koegura.console.page.Words;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that can go wrong under a handler, as one problem: for a program as JSON, for a reader as a page. What
/// went wrong inside stands in the log under the time that the problem names, and never in an answer.
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private final Pages pages;
    private final Clock clock;

    Faults(Pages pages, Clock clock) {
        this.pages = pages;
        this.clock = clock;
    }

    void addTo(JavalinConfig config) {
        config.routes.exception(Problem.Thrown.class, (thrown, context) -> answer(context, thrown.problem()));
        config.routes.exception(
                HttpResponseException.class, (refused, context) -> answer(context, problem(refused, context)));
        config.routes.exception(StoreFault.class, (fault, context) -> {
            LOG.error("console.recording.unreadable reason={}", fault.toString());
            answer(context, problem(fault));
        });
        config.routes.exception(Exception.class, (fault, context) -> {
            Integer refused = statusOfBadRequest(fault);
            answer(context, refused == null ? internal(fault) : Problem.of(refused, "http", refused));
        });
        config.router.javaLangErrorHandler((response, error) -> {
            Problem problem = internal(error);
            if (!response.isCommitted()) {
                response.resetBuffer();
                response.setHeader("Content-Length", null);
                write(response, problem);
            }
        });
        config.jetty.modifyServer(server -> server.setErrorHandler(Faults::refuseUnread));
    }

    /// The status of a body that could not be received, or null where the fault is ours. Handlers meet an `IOException`
    /// on the connection only: the client broke off, or was heard no more.
    private static @Nullable Integer statusOfBadRequest(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpException bad) {
                return bad.getCode();
            }
            if (cause instanceof IOException) {
                LOG.debug("console.client.gone reason={}", cause.toString());
                return 400;
            }
        }
        return null;
    }

    private static Problem problem(HttpResponseException refused, Context context) {
        if (refused instanceof MethodNotAllowedResponse) {
            String methods = refused.getDetails().getOrDefault("availableMethods", "");
            context.header("Allow", methods);
            return Problem.of(405, "method", methods);
        }
        int status = refused.getStatus();
        return switch (status) {
            case 404 -> Problem.of(404, "no-such-path");
            case 413 -> Problem.of(413, "body-too-large", Json.BODY_BYTES_MAX);
            default -> Problem.of(status, "http", status);
        };
    }

    private static Problem problem(StoreFault fault) {
        return switch (fault) {
            case StoreFault.Missing _ -> Problem.of(404, "not-found");
            case StoreFault.Damaged _ -> Problem.of(500, "recording-damaged");
            case StoreFault.Unreachable _, StoreFault.Full _ -> Problem.of(503, "store");
        };
    }

    private Problem internal(Throwable fault) {
        String now = clock.instant().toString();
        LOG.error("console.fault at={} reason={}", now, fault.toString(), fault);
        return Problem.of(500, "internal", now);
    }

    /// Answers with a problem unless the answer is on its way already: then the connection ends short of its announced
    /// length, which is how a client learns of it.
    private void answer(Context context, Problem problem) {
        if (context.res().isCommitted()) {
            return;
        }
        context.res().resetBuffer();
        context.res().setHeader("Content-Length", null);
        if (context.path().startsWith("/api/") || context.path().equals(LiveEvents.PATH)) {
            problem.send(context, Gate.words(context));
        } else {
            pages.problem(context, problem);
        }
    }

    private static void write(HttpServletResponse response, Problem problem) {
        try {
            response.setStatus(problem.status());
            response.setContentType(Problem.TYPE);
            response.getOutputStream().write(problem.json(Words.in(Language.JA)));
        } catch (IOException gone) {
            LOG.debug("console.client.gone reason={}", gone.toString());
        }
    }

    /// What never became a request, such as a malformed target or header: refused before any handler sees it.
    private static boolean refuseUnread(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Words words = Words.in(Language.ofHeader(request.getHeaders().get(HttpHeader.ACCEPT_LANGUAGE)));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.TYPE);
        response.write(true, ByteBuffer.wrap(Problem.of(status, "http", status).json(words)), callback);
        return true;
    }
}
