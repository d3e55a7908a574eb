package dev.postern.examples;

import java.lang.reflect.Proxy;

/**
 * Replaces the action of Ctrl-C. The JDK's class for it, {@code sun.misc.Signal}, is not a supported API, so it is used
 * by reflection. If it is missing, Ctrl-C ends the program as usual.
 */
final class CtrlC {
    private CtrlC() {}

    /** Runs {@code action} on a thread of the JVM each time Ctrl-C is pressed. */
    static void handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("INT"), handling);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Ctrl-C ends the program.
        }
    }
}
