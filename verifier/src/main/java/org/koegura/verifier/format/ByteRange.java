package org.koegura.verifier.format;

/// A span of bytes in a file, both ends included.
public record ByteRange(String file, long from, long to) {

    @Override
    public String toString() {
        return file + " bytes " + from + "–" + to;
    }
}
