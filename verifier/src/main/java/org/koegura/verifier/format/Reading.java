package org.koegura.verifier.format;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// What is there, and what this user may not read: the one must not pass for the other.
public final class Reading {

    private Reading() {}

    /// Whether there is a plain file. Throws [AccessDeniedException] where this user may not even look.
    public static boolean isFile(Path path, LinkOption... options) throws AccessDeniedException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, options)
                    .isRegularFile();
        } catch (AccessDeniedException closed) {
            throw closed;
        } catch (IOException none) {
            return false;
        }
    }

    /// Why something was not read, for people: what, and what to do.
    public static String why(IOException fault) {
        return switch (fault) {
            case AccessDeniedException closed ->
                closed.getFile() + " may not be read by this user: run it as the one who runs koegura";
            case FileSystemException named ->
                named.getFile() + " cannot be read" + (named.getReason() == null ? "" : ": " + named.getReason());
            default -> "cannot be read: " + fault.getMessage();
        };
    }
}
