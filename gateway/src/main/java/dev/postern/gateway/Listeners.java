package dev.postern.gateway;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/** All listeners of a gateway. None of them can disturb a call, or another one. */
record Listeners(List<GatewayListener> all) {
    private static final Logger LOG = System.getLogger("dev.postern.gateway");

    Listeners {
        all = List.copyOf(all);
    }

    void tell(Consumer<GatewayListener> news) {
        for (GatewayListener listener : all) {
            try {
                news.accept(listener);
            } catch (RuntimeException | Error e) { // whatever it is, the call is not to blame
                LOG.log(Level.WARNING, "a listener of the gateway failed", e);
            }
        }
    }
}
