package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.config.RunningGateway;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Replaces the configuration of the application's gateway and agents while it runs. The Postern file, or the properties {@code
 * postern.*}, are read again; calls that run finish on the old backends. Nothing calls it by itself: the actuator endpoint {@code
 * postern} does on a {@code POST}, and an application may, for example when Spring Cloud has refreshed its environment:
 *
 * <pre>{@code
 * @EventListener(RefreshScopeRefreshedEvent.class)
 * void refreshed() {
 *     reloader.reload();
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class GatewayReloader {
    private static final Logger LOG = System.getLogger("dev.postern.spring");

    private final GatewaySource source;
    private final RunningGateway running;

    GatewayReloader(GatewaySource source, RunningGateway running) {
        this.source = source;
        this.running = running;
    }

    /**
     * Reads the configuration again and puts it into effect. Blocks until that is done.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} that names the property, or the place in the file, if the
     *     configuration is invalid. The old one stays in use then
     */
    public void reload() {
        String file = source.reload(running);
        LOG.log(
                Level.INFO,
                () -> "The configuration was read again from " + (file.isEmpty() ? "the properties postern.*" : file)
                        + ".");
    }
}
