package dev.postern.benchmarks;

import dev.postern.benchmarks.subject.Mismatch;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java process that reads lines and answers with lines, and ends when it is closed. */
final class Child implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader out;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Child start(
            String name, Path logs, Jdk jdk, ClassPath path, Class<?> main, List<String> flags, String... arguments)
            throws IOException {
        File log = logs.resolve(name + ".log").toFile();
        ProcessBuilder builder = new ProcessBuilder(java(jdk, path, main, flags, arguments));
        return new Child(
                name,
                builder.redirectError(ProcessBuilder.Redirect.appendTo(log)).start());
    }

    static List<String> java(Jdk jdk, ClassPath path, Class<?> main, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(jdk.java());
        command.addAll(flags);
        command.addAll(List.of("-cp", path.toString(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    String readLine() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException(name + " is gone; see benchmarks/target/log");
        }
        return line;
    }

    /** Sends a line and waits for the results. */
    Map<String, Double> ask(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        while (true) {
            String answer = readLine();
            if (answer.startsWith("WRONG ")) {
                throw new Mismatch(name + ", " + line + ": " + answer.substring(6));
            }
            if (answer.startsWith("FAILED ")) {
                throw new IOException(name + ", " + line + ": " + answer);
            }
            if (answer.startsWith("RESULT ")) { // all other lines are output of a library
                Map<String, Double> results = new HashMap<>();
                for (String result : answer.substring(7).split(" ", -1)) {
                    int equals = result.indexOf('=');
                    results.put(result.substring(0, equals), Double.valueOf(result.substring(equals + 1)));
                }
                return results;
            }
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
