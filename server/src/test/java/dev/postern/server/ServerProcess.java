package dev.postern.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as a separate process, started like {@code server/run}, in an environment without keys. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("The gateway listens at http://127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final List<String> output = new ArrayList<>(); // guarded by itself
    private final Thread reader;

    /** Starts the server. Arguments that begin with {@code -D} are for the JVM. */
    ServerProcess(Path home, String... words) throws IOException {
        this(home, List.of("-cp", System.getProperty("java.class.path"), GatewayServerMain.class.getName()), words);
    }

    /** Starts it; the launcher is what java needs to find the program: a path and the name of a class or a module. */
    ServerProcess(Path home, List<String> launcher, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Arrays.stream(words).filter(word -> word.startsWith("-D")).forEach(command::add);
        command.addAll(launcher);
        Arrays.stream(words).filter(word -> !word.startsWith("-D")).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.matches("(AWS|OPENAI|BEDROCK)_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        process = builder.start();
        reader = new Thread(this::read, "server-process");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = in.readLine()) != null; ) {
                synchronized (output) {
                    output.add(line);
                    output.notifyAll();
                }
            }
        } catch (IOException e) {
            // the process has ended
        }
    }

    /** The output so far. */
    String output() {
        synchronized (output) {
            return String.join("\n", output);
        }
    }

    /** Waits for a line with this text. */
    void awaitLine(String text) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        synchronized (output) {
            while (output.stream().noneMatch(line -> line.contains(text))) {
                if (System.nanoTime() > end || (!process.isAlive() && !reader.isAlive())) {
                    throw new AssertionError("no line with " + text + " in:\n" + output());
                }
                try {
                    output.wait(100);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /** Waits until the server listens. */
    int port() {
        awaitLine("Ctrl-C stops it.");
        Matcher line = LISTENS.matcher(output());
        if (!line.find()) {
            throw new AssertionError(output());
        }
        return Integer.parseInt(line.group(1));
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.toHandle().destroy(); // Process.destroy would close the streams, too
    }

    /** Waits until the process has ended. */
    int status() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("still running:\n" + output());
            }
            reader.join(30_000);
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
