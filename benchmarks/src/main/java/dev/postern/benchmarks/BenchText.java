package dev.postern.benchmarks;

import dev.postern.benchmarks.Measure.Group;
import dev.postern.benchmarks.server.Prose;
import java.util.List;
import java.util.Locale;

/**
 * A text of the bursts with 64 streams and of the 200 KB answers. The measures, the rows and the aims for these are made from
 * {@link #ALL}.
 *
 * @param prose the text
 * @param title its name in the table
 * @param burst the subjects that take its burst
 * @param large the subjects that take its 200 KB answers
 */
record BenchText(Prose prose, String title, Group burst, Group large) {
    static final List<BenchText> ALL = List.of(
            new BenchText(Prose.WORDS, "ASCII", Group.MAIN, Group.MAIN),
            new BenchText(Prose.ENGLISH, "English", Group.EVERY, Group.MAIN),
            new BenchText(Prose.GERMAN, "German", Group.CORE, Group.CORE),
            new BenchText(Prose.CHINESE, "Chinese", Group.CORE, Group.CORE),
            new BenchText(Prose.CODE, "code", Group.CORE, Group.CORE),
            new BenchText(Prose.EMOJI, "emoji", Group.CORE, Group.CORE));

    private boolean isAscii() {
        return prose == Prose.WORDS;
    }

    private String name() {
        return prose.name().toLowerCase(Locale.ROOT);
    }

    /** The name of the burst with 64 streams. */
    String burstName() {
        return (isAscii() ? "text" : name()) + "64";
    }

    /** The model of the burst. */
    String burstModel() {
        return isAscii() ? "text-2000" : "text." + name() + "-1000";
    }

    /** The name of the 200 KB answers. */
    String largeName() {
        return "large" + (isAscii() ? "" : name());
    }

    /** The model of the 200 KB answers. */
    String largeModel() {
        return "whole" + (isAscii() ? "" : "." + name()) + "-200000";
    }

    /** Whether the table also shows the bytes of the burst, and the number of large answers a second. */
    boolean isDetailed() {
        return burst != Group.CORE;
    }
}
