package dev.postern.mcp;

import dev.postern.http.RequestSecrets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server that is a process, which is started for each connection. */
final class StdioEndpoint implements Endpoint {
    /** What a program needs to run and to find other programs and the home of its user, on Unix and on Windows. */
    private static final List<String> INHERITED = List.of(
            "HOME",
            "LOGNAME",
            "PATH",
            "SHELL",
            "TERM",
            "USER",
            "APPDATA",
            "HOMEDRIVE",
            "HOMEPATH",
            "LOCALAPPDATA",
            "PROCESSOR_ARCHITECTURE",
            "PROGRAMFILES",
            "SYSTEMDRIVE",
            "SYSTEMROOT",
            "TEMP",
            "USERNAME",
            "USERPROFILE");

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final @Nullable Path directory;
    private final int maxMessageBytes;
    private final int maxWaiting;
    private final RequestSecrets secrets;

    StdioEndpoint(
            String name,
            List<String> command,
            Map<String, String> environment,
            @Nullable Path directory,
            int maxMessageBytes,
            int maxWaiting) {
        this.name = name;
        this.command = command;
        this.environment = environment;
        this.directory = directory;
        this.maxMessageBytes = maxMessageBytes;
        this.maxWaiting = maxWaiting;
        secrets = new RequestSecrets(
                Map.of(),
                environment.values().stream()
                        .flatMap(value -> Stream.concat(Stream.of(value), value.lines())) // a log may have some of them
                        .toArray(String[]::new));
    }

    String name() {
        return name;
    }

    int maxMessageBytes() {
        return maxMessageBytes;
    }

    /** How many messages may wait until the process reads them. */
    int maxWaiting() {
        return maxWaiting;
    }

    /** The values of the environment that the application gave. */
    @Override
    public RequestSecrets secrets() {
        return secrets;
    }

    ProcessBuilder process() {
        ProcessBuilder process = new ProcessBuilder(command);
        if (directory != null) {
            process.directory(directory.toFile());
        }
        Map<String, String> own = process.environment();
        Map<String, String> kept = new TreeMap<>();
        for (Map.Entry<String, String> entry : own.entrySet()) { // on Windows, names are in any case
            if (INHERITED.stream().anyMatch(entry.getKey()::equalsIgnoreCase)
                    && !entry.getValue().startsWith("()")) {
                kept.put(entry.getKey(), entry.getValue());
            }
        }
        own.clear();
        own.putAll(kept);
        own.putAll(environment);
        return process;
    }

    @Override
    public Link open(Link.Events events) {
        return new StdioLink(this, events);
    }

    @Override
    public boolean mayBeSilent() {
        return true;
    }

    @Override
    public boolean hasHeaders() {
        return false;
    }

    @Override
    public void close() {}

    /** The program without its arguments, which may be secrets. */
    @Override
    public String toString() {
        return command.get(0);
    }
}
