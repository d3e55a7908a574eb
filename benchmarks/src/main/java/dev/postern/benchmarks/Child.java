package dev.postern.benchmarks;

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

    static Child start(String name, Path logs, ClassPath path, Class<?> main, String... arguments) throws IOException {
        File log = logs.resolve(name + ".log").toFile();
        ProcessBuilder builder = new ProcessBuilder(java(path, main, List.of(), arguments));
        return new Child(
                name,
                builder.redirectError(ProcessBuilder.Redirect.appendTo(log)).start());
    }

    static List<String> java(ClassPath path, Class<?> main, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
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
