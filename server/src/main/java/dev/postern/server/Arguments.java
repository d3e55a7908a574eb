package dev.postern.server;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of the command line.
 *
 * @param config the configuration file; without it, the server serves the stand-in
 * @param host the address to listen at
 * @param port the port; 0 for any free port
 * @param grace how long active answers may take after the server begins to stop
 * @param noKeys whether the operator says that the server asks for no keys
 * @param help whether to print the usage only
 */
record Arguments(Optional<Path> config, String host, int port, Duration grace, boolean noKeys, boolean help) {
    static final String USAGE = """
        Usage: server/run [--config FILE] [--port N] [--host H]

          --config FILE   the backends and agents, as YAML; without it, the stand-in is served
          --port N        the port, 8000 by default; 0 for any free one
          --host H        the address, 127.0.0.1 by default: this machine alone
          --grace SECONDS how long answers may take after SIGTERM or Ctrl-C, 10 by default
          --no-keys       asks for no keys at an address for other machines; something else must keep others out

        server/run keys   creates, lists, rotates and revokes the keys of clients
        """;

    /** Thrown for invalid arguments. */
    static final class UsageException extends Exception {
        UsageException(String sentence) {
            super(sentence);
        }
    }

    static Arguments parse(String... words) throws UsageException {
        Optional<Path> config = Optional.empty();
        String host = "127.0.0.1";
        int port = 8000;
        Duration grace = Duration.ofSeconds(10);
        boolean noKeys = false;
        boolean help = false;
        for (Iterator<String> rest = List.of(words).iterator(); rest.hasNext(); ) {
            String[] word = rest.next().split("=", 2); // both --port=80 and --port 80 are allowed
            switch (word[0]) {
                case "--config" -> config = Optional.of(path(value(word, rest)));
                case "--host" -> host = value(word, rest);
                case "--port" -> port = port(value(word, rest));
                case "--grace" -> grace = grace(value(word, rest));
                case "--no-keys" -> noKeys = true;
                case "-h", "--help" -> help = true;
                default -> throw new UsageException("There is no argument " + word[0] + ".");
            }
        }
        return new Arguments(config, host, port, grace, noKeys, help);
    }

    private static String value(String[] word, Iterator<String> rest) throws UsageException {
        String value = word.length == 2 ? word[1] : rest.hasNext() ? rest.next() : "";
        if (value.isBlank()) {
            throw new UsageException(word[0] + " needs a value.");
        }
        return value;
    }

    private static Path path(String value) throws UsageException {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new UsageException("--config " + value + " is not the path of a file.");
        }
    }

    private static int port(String value) throws UsageException {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new UsageException("--port " + value + " is not a port; a port is a number from 0 to 65535.");
    }

    private static Duration grace(String value) throws UsageException {
        if (value.matches("[0-9]{1,5}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        throw new UsageException("--grace " + value + " is not a number of seconds.");
    }
}
