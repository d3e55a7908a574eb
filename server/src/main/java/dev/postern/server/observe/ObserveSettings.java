package dev.postern.server.observe;

import dev.postern.LlmException;
import dev.postern.server.access.EmptyKeys;
import dev.postern.spi.Settings;
import dev.postern.usage.Pricing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the section {@code server} of a configuration says about what can be seen of the server.
 *
 * @param accessLog where the access log goes
 * @param openTelemetry whether calls are told to the OpenTelemetry of the process
 * @param adminListen where {@code /metrics} and {@code /admin} are; empty for the address of everything else
 * @param prices the prices of models; empty for none
 */
public record ObserveSettings(
        AccessTarget accessLog,
        boolean openTelemetry,
        Optional<InetSocketAddress> adminListen,
        Optional<Pricing> prices) {
    private static final Pattern ADDRESS = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9.-]+)):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    /** No access log, no OpenTelemetry, no address of its own, no prices. */
    public static ObserveSettings defaults() {
        return new ObserveSettings(AccessTarget.OFF, false, Optional.empty(), Optional.empty());
    }

    /**
     * Reads the keys of this section that are about observation.
     *
     * @throws LlmException of kind CONFIGURATION that names the place
     */
    public static ObserveSettings of(Settings server) {
        EmptyKeys.refuse(server, "access_log", "admin", "prices");
        return new ObserveSettings(
                accessLog(server),
                server.bool("opentelemetry", false),
                adminListen(server.section("admin")),
                prices(server));
    }

    private static AccessTarget accessLog(Settings server) {
        String target = server.text("access_log", "off");
        return switch (target) {
            case "off" -> AccessTarget.OFF;
            case "stdout" -> AccessTarget.STDOUT;
            case "logger" -> AccessTarget.LOGGER;
            default -> {
                Path file = path(server, "access_log", target).toAbsolutePath();
                Path folder = file.getParent();
                if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
                    throw server.error(
                            "access_log",
                            "must be off, stdout, logger, or a file in a folder that exists, not '" + target + "'");
                }
                yield new AccessTarget.ToFile(file);
            }
        };
    }

    private static Path path(Settings server, String key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw server.error(key, "is not the name of a file");
        }
    }

    private static Optional<InetSocketAddress> adminListen(Settings admin) {
        EmptyKeys.refuse(admin, "listen");
        String text = admin.text("listen", "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher parts = ADDRESS.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > MAX_PORT) {
            throw admin.error("listen", "must be an address and a port, such as 127.0.0.1:9090, not '" + text + "'");
        }
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return Optional.of(InetSocketAddress.createUnresolved(host, Integer.parseInt(parts.group(3))));
    }

    private static Optional<Pricing> prices(Settings server) {
        String file = server.text("prices", "");
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pricing.parse(Files.readString(path(server, "prices", file))));
        } catch (IOException e) {
            throw server.error("prices", "cannot be read (" + e.getClass().getSimpleName() + ")");
        } catch (LlmException e) {
            throw server.error("prices", "is not a valid file of prices: " + e.getMessage());
        }
    }
}
