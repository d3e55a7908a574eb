package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.server.replay.ReplayLimits;
import dev.postern.spi.Settings;

/** Reads the section {@code server.replay}. What it does not set stays as it is. */
final class ReplaySettings {
    /** The name of the section. */
    static final String SECTION = "replay";

    private ReplaySettings() {}

    /**
     * The limits of this section.
     *
     * @param section the section {@code server.replay}; an empty one if the file has none
     * @param absent the limits that it does not set
     * @throws LlmException of kind CONFIGURATION that names the place
     */
    static ReplayLimits of(Settings section, ReplayLimits absent) {
        return new ReplayLimits(
                section.duration("linger", absent.linger()),
                section.duration("keep", absent.keep()),
                section.integer("runs", absent.maxRuns(), 1),
                section.integer("events", absent.maxEvents(), 1),
                section.has("bytes") ? section.size("bytes", 1) : absent.maxBytes());
    }
}
