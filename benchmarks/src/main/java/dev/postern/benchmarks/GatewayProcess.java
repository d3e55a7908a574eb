package dev.postern.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gateway server in a process of its own, with one backend: the server of the benchmarks. */
final class GatewayProcess implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("The gateway listens at (http://\\S+?)\\.?");
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Jdk jdk;
    private final Process process;
    private final URI address;
    private final long startMillis;

    private GatewayProcess(Jdk jdk, Process process, URI address, long startMillis) {
        this.jdk = jdk;
        this.process = process;
        this.address = address;
        this.startMillis = startMillis;
    }

    /** Starts it, and waits until it answers. */
    static GatewayProcess start(Jdk jdk, Path root, String backend) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(root.resolve("benchmarks/target/log"));
        Path config = folder.resolve("gateway.yaml");
        Files.writeString(config, """
                providers:
                  llm:
                    default: bench
                    backends:
                      bench: {backend: openai, config: {base_url: "%s", api_key: key}}
                server: {limits: {requests: 5000}} # the default is less with this heap
                """.formatted(backend));
        File log = folder.resolve("gateway.log").toFile();
        List<String> command = List.of(
                jdk.java(),
                "-Xmx256m", // as docs/server.md shows it
                "-jar",
                root.resolve("server/target/postern-server.jar").toString(),
                "--config",
                config.toString(),
                "--port",
                "0");
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
        try {
            URI address = address(process);
            awaitAnswer(address, begin + START_NANOS);
            return new GatewayProcess(jdk, process, address, (System.nanoTime() - begin) / 1_000_000);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static URI address(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            Matcher address = ADDRESS.matcher(line);
            if (address.matches()) {
                return URI.create(address.group(1)); // the rest of its output fits into the pipe
            }
        }
        throw new IOException("the gateway did not start; see benchmarks/target/log/gateway.log");
    }

    private static void awaitAnswer(URI address, long latest) throws IOException, InterruptedException {
        while (true) {
            HttpURLConnection connection =
                    (HttpURLConnection) address.resolve("/healthz").toURL().openConnection();
            try {
                if (connection.getResponseCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                if (System.nanoTime() > latest) {
                    throw e;
                }
            } finally {
                connection.disconnect();
            }
            Thread.sleep(5);
        }
    }

    /** Such as {@code http://127.0.0.1:8000}. */
    URI address() {
        return address;
    }

    /** The time from the start of the process to the first answer, in milliseconds. */
    long startMillis() {
        return startMillis;
    }

    /** The CPU time so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The live heap after two collections, in bytes. */
    long liveHeap() throws IOException, InterruptedException {
        jcmd("GC.run");
        Thread.sleep(300);
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        return used.find() ? Long.parseLong(used.group(1)) << 10 : 0;
    }

    /** The memory of the process that is in RAM, in bytes. */
    long resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 0;
    }

    /** The threads of the process, those of the JVM included. */
    int threads() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return (int) tasks.count();
        }
    }

    private String jcmd(String command) throws IOException {
        Process told = new ProcessBuilder(
                        jdk.home().resolve("bin/jcmd").toString(), Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        return new String(told.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
