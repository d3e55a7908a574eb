package dev.postern.gateway;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/** All listeners of a gateway. An exception of a listener affects neither the call nor the other listeners. */
record Listeners(List<BackendListener> all) {
    private static final Logger LOG = System.getLogger("dev.postern.gateway");

    Listeners {
        all = List.copyOf(all);
    }

    void emit(Consumer<BackendListener> event) {
        for (BackendListener listener : all) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) { // the call continues
                LOG.log(Level.WARNING, "a listener of the gateway threw an exception", e);
            }
        }
    }
}
