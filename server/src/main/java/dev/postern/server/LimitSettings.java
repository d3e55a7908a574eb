package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.server.http.AddressRanges;
import dev.postern.server.http.ConnectionLimits;
import dev.postern.server.http.Limits;
import dev.postern.spi.Settings;
import java.time.Duration;

/** Reads the section {@code server.limits}. A limit that it does not set stays as it is. */
final class LimitSettings {
    /** The name of the section. */
    static final String SECTION = "limits";

    private LimitSettings() {}

    /**
     * The limits of this section.
     *
     * @param section the section {@code server.limits}; an empty one if the file has none
     * @param absent the limits that it does not set
     * @param proxies the trusted proxies
     * @throws LlmException of kind CONFIGURATION that names the place
     */
    static Limits of(Settings section, Limits absent, AddressRanges proxies) {
        ConnectionLimits connections = absent.connections();
        return new Limits(
                section.integer("requests", absent.maxRequests(), 1),
                section.size("body", Math.toIntExact(absent.maxBodyBytes())),
                section.integer("body_values", absent.maxBodyValues(), 1),
                memory(section, absent),
                positive(section, "body_time", absent.bodyTime()),
                positive(section, "write_time", absent.writeTime()),
                section.duration("first_event", absent.firstSilence()),
                positive(section, "keep_alive", absent.keepAlive()),
                positive(section, "health", absent.health()),
                new ConnectionLimits(
                        section.integer("connections", connections.all(), 1),
                        section.integer("connections_per_client", connections.perClient(), 1),
                        positive(section, "head_time", connections.headTime()),
                        positive(section, "idle_time", connections.idleTime()),
                        proxies));
    }

    private static long memory(Settings section, Limits absent) {
        return section.has("body_memory") ? section.size("body_memory", 1) : absent.maxMemory();
    }

    private static Duration positive(Settings section, String key, Duration absent) {
        Duration time = section.duration(key, absent);
        if (time.isZero()) {
            throw section.error(key, "must be longer than 0");
        }
        return time;
    }
}
