package org.koegura.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was opened so far; closed in reverse, whatever one of them says.
///
/// Belongs to the thread that starts and stops the product.
final class Closings implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Closings.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /// Remembers what is to be closed, and gives it back.
    <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /// Remembers what is to be closed before all that was opened since it was added, and gives it back.
    <T extends AutoCloseable> T addLast(T resource) {
        opened.remove(resource);
        return add(resource);
    }

    /// Whether anything is left to close.
    boolean isOpen() {
        return !opened.isEmpty();
    }

    /// Closes all, the last first. Idempotent.
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable resource = opened.pop();
            try {
                resource.close();
            } catch (Exception | LinkageError e) { // the others must be closed all the same
                LOG.error("product.close.failed room={}", resource.getClass().getSimpleName(), e);
            }
        }
    }
}
