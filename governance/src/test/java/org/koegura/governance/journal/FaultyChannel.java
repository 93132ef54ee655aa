package org.koegura.governance.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicReference;

/// A real file channel whose next write or force fails when told: half of the bytes are written, or all but not forced.
final class FaultyChannel extends FileChannel {

    /// What fails next.
    enum Fault {
        NONE,
        WRITE_HALF,
        FORCE
    }

    private final FileChannel real;
    private final AtomicReference<Fault> next;

    FaultyChannel(FileChannel real, AtomicReference<Fault> next) {
        this.real = real;
        this.next = next;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        if (next.compareAndSet(Fault.WRITE_HALF, Fault.NONE)) {
            real.write(bytes.slice(bytes.position(), bytes.remaining() / 2), position);
            throw new IOException("No space left on device");
        }
        return real.write(bytes, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        if (next.compareAndSet(Fault.FORCE, Fault.NONE)) {
            throw new IOException("Input/output error");
        }
        real.force(metaData);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return real.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return real.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return real.read(target, position);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        return real.write(bytes);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return real.write(sources, offset, length);
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        return real.position(newPosition);
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        return real.truncate(size);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return real.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return real.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return real.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }
}
