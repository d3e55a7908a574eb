package dev.postern.mcp;

import dev.postern.flow.Timer;
import java.time.Duration;

/** Settings for tests of single classes. */
final class SettingsOf {
    private SettingsOf() {}

    /** The settings of a client of this server, with the defaults and long time limits. */
    static McpSettings endpoint(Endpoint endpoint) {
        Duration hour = Duration.ofHours(1);
        return new McpSettings(
                "srv",
                "",
                endpoint,
                "",
                tool -> true,
                McpLimits.defaults(),
                hour,
                hour,
                hour,
                hour,
                hour,
                false,
                new Callbacks(() -> {}, news -> {}),
                McpScope.SHARED,
                hour,
                Timer.system());
    }
}
