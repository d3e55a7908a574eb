package dev.postern.server;

import java.util.logging.Level;
import java.util.logging.Logger;

/** The log of the HTTP library. */
final class NettyLog {
    /** Kept, because a collected logger loses its level. */
    private static final Logger FRAMES = Logger.getLogger("io.netty.handler.codec.http2");

    private NettyLog() {}

    /**
     * Turns off the lines that the library writes for each piece of an upload that was refused, because a client could fill the disk with them.
     * Has no effect if the configuration of the log sets a level.
     */
    static void quiet() {
        if (FRAMES.getLevel() == null) {
            FRAMES.setLevel(Level.WARNING);
        }
    }
}
