package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.gateway.GatewayCall;
import dev.postern.gateway.GatewayListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs each change to a fallback backend with its reason. */
final class FallbackLog implements GatewayListener {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");

    @Override
    public void onSwitch(GatewayCall call, String from, String to, LlmException why) {
        LOGGER.log(Level.WARNING, () -> "Fallback from " + from + " to " + to + ": " + RequestLog.reason(why));
    }
}
