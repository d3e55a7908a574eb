package dev.postern.langchain4j;

import java.lang.System.Logger.Level;

/** Logs what code of the application threw where nobody can be told any more. */
final class Callbacks {
    private Callbacks() {}

    static void log(String what, Throwable thrown) {
        System.getLogger("dev.postern.langchain4j").log(Level.WARNING, what, thrown);
    }
}
