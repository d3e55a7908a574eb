package dev.postern.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Reads the counters of this process and of the server's. */
final class Meter {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

    private final URI server;

    Meter(URI server) {
        this.server = server;
    }

    /**
     * The counters at one moment.
     *
     * @param nanos the time, in nanoseconds
     * @param cpu the CPU time of this process, in nanoseconds; compilers and collectors included
     * @param bytes the bytes allocated by all threads
     * @param serverCpu the CPU time of the server, in nanoseconds
     */
    record Reading(long nanos, long cpu, long bytes, long serverCpu) {
        Reading since(Reading before) {
            return new Reading(
                    nanos - before.nanos, cpu - before.cpu, bytes - before.bytes, serverCpu - before.serverCpu);
        }
    }

    Reading read() throws IOException {
        long ofServer = serverCpu();
        long bytes = Allocation.bytes(); // before the time, because it may wait
        return new Reading(System.nanoTime(), SYSTEM.getProcessCpuTime(), bytes, ofServer);
    }

    static int threads() {
        return THREADS.getThreadCount();
    }

    /** The live bytes in the heap, after a collection. */
    static long liveBytes() throws InterruptedException {
        System.gc();
        Thread.sleep(200);
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /**
     * Waits until the JVM's compilers have done little for three seconds. Open streams have few events, so the compilers are still
     * busy with the handshakes and the first events for a while, and would take most of the CPU time of a measure over TLS.
     */
    static void awaitIdleCompilers(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long before = COMPILERS.getTotalCompilationTime();
        for (int quiet = 0; quiet < 3 && System.nanoTime() < end; ) {
            Thread.sleep(1_000);
            long now = COMPILERS.getTotalCompilationTime();
            quiet = now - before < 30 ? quiet + 1 : 0;
            before = now;
        }
    }

    private long serverCpu() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write("GET /cpu HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[512];
            while (true) {
                int end = answer.indexOf("\r\n\r\n");
                int length = answer.indexOf("Content-Length: ");
                if (end >= 0) {
                    int digits = Integer.parseInt(answer.substring(length + 16, answer.indexOf("\r\n", length)));
                    if (answer.length() == end + 4 + digits) {
                        return Long.parseLong(answer.substring(end + 4));
                    }
                }
                int count = in.read(buffer);
                if (count < 0) {
                    throw new IOException("the server closed the connection");
                }
                answer.append(new String(buffer, 0, count, StandardCharsets.US_ASCII));
            }
        }
    }
}
