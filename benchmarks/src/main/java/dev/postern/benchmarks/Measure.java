package dev.postern.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Something that a {@link Load} measures.
 *
 * @param name the name in the results
 * @param command the measure and the model
 * @param count the concurrent streams or threads, or the streams to open
 * @param via how the subjects reach the server
 * @param group the subjects that take it
 */
record Measure(String name, String command, int count, Via via, Group group) {

    /** Subjects. */
    enum Group {
        /** All. */
        EVERY,
        /** All but the readers of Postern's streams through another interface. */
        MAIN,
        /** The floors, and Postern with its two kinds of subscribers. */
        CORE
    }

    private static final Set<String> CORE = Set.of("floor", "floor-selector", "postern", "postern-plain");
    private static final Set<String> READERS = Set.of("postern-loop", "postern-reactor", "postern-listener");

    /**
     * How much longer the first warm-up of whole answers takes than that of streams. Each small one runs most code of
     * the client; there are few large ones in a second, and the compiler has compiled the loops that decode them only after
     * several seconds.
     */
    private static final int ANSWERS_WARM = 5;

    /** The measures that one process takes one after the other. */
    static final List<Measure> SHARED = shared();

    /** Each in a separate process, because what it leaves in memory would disturb other measures. */
    static final List<Measure> OPEN = List.of(
            new Measure("open2000", "open text-1000000-500000", 2_000, Via.HTTP, Group.MAIN),
            new Measure("open10000", "open text-1000000-5000000", 10_000, Via.HTTP, Group.MAIN),
            new Measure("tls500", "open text-1000000-500000", 500, Via.TLS, Group.MAIN));

    /** What a quick run takes unless told otherwise; of TLS and HTTP/2 with {@link #CORE} only. */
    private static final Set<String> QUICK =
            Set.of("english64", "chinese64", "paced64", "small1", "small", "largeenglish", "tlspaced64", "h2text64");

    private static final Set<String> QUICK_BEDROCK = Set.of("english64", "small");

    private static final Set<String> OTHER_JDKS_EACH = Set.of("small1", "small", "paced64");
    private static final Set<String> OTHER_JDKS_CORE =
            Set.of("small1", "small", "paced64", "english64", "largeenglish", "tlspaced64", "h2text64");

    private static List<Measure> shared() {
        List<Measure> all = new ArrayList<>();
        BenchText.ALL.forEach(text -> all.add(burst(text.burstName(), text.burstModel(), 64, text.burst())));
        all.add(burst("text1", "text-2000", 1, Group.MAIN));
        all.add(burst("tools64", "tools-2000", 64, Group.MAIN));
        all.add(new Measure("paced64", "streams text-150-10000", 64, Via.HTTP, Group.EVERY));
        all.add(answers("small", "whole.english-1024", 64, Group.MAIN));
        all.add(answers("small1", "whole.english-1024", 1, Group.MAIN)); // after 64 at once, which compile the code
        BenchText.ALL.forEach(text -> all.add(answers(text.largeName(), text.largeModel(), 64, text.large())));
        all.add(new Measure("first", "first text-20", 0, Via.HTTP, Group.EVERY));
        all.add(new Measure("tlspaced64", "streams text-150-10000", 64, Via.TLS, Group.EVERY));
        all.add(new Measure("h2text64", "streams text.english-1000", 64, Via.HTTP2, Group.EVERY));
        all.add(new Measure("h2paced64", "streams text-150-10000", 64, Via.HTTP2, Group.CORE));
        return List.copyOf(all);
    }

    private static Measure burst(String name, String model, int count, Group group) {
        return new Measure(name, "streams " + model, count, Via.HTTP, group);
    }

    private static Measure answers(String name, String model, int count, Group group) {
        return new Measure(name, "answers " + model, count, Via.HTTP, group);
    }

    boolean isQuick(String subject) {
        return (isBedrock(subject) ? QUICK_BEDROCK : QUICK).contains(name)
                && (via == Via.HTTP || CORE.contains(subject));
    }

    private static boolean isBedrock(String subject) {
        return subject.endsWith("-bedrock") || subject.startsWith("aws-");
    }

    /** Whether this subject takes the measure with this JDK. */
    boolean isFor(String subject, Jdk jdk) {
        boolean streamsOnly = subject.startsWith("parser")
                || subject.equals("postern-plain") // for whole answers it equals Postern
                || READERS.contains(subject);
        if ((streamsOnly && command.startsWith("answers"))
                || (isBedrock(subject) && (via != Via.HTTP || group == Group.CORE || name.startsWith("open")))
                || (subject.startsWith("parser") && via != Via.HTTP)) {
            return false;
        }
        if (!jdk.isMain()) {
            return (CORE.contains(subject) ? OTHER_JDKS_CORE : OTHER_JDKS_EACH).contains(name);
        }
        if (name.equals("open10000") && (subject.equals("floor-selector") || subject.equals("postern-plain"))) {
            return false;
        }
        return switch (group) {
            case EVERY -> true;
            case MAIN -> !READERS.contains(subject);
            case CORE -> CORE.contains(subject);
        };
    }

    /** Whether this subject takes the measure of open streams in several rounds; the one of 10,000 streams takes too long. */
    boolean isRepeated(String subject) {
        return CORE.contains(subject) && count <= 2_000;
    }

    /** The measure with one thread takes the same answers as the one before it. */
    private boolean isLongWarm() {
        return command.startsWith("answers") && count > 1;
    }

    String line(BenchSettings settings, boolean warmed, boolean first) {
        int cold = first ? settings.firstWarm() : settings.warm();
        int warm = warmed ? 200 : isLongWarm() ? cold * ANSWERS_WARM : cold;
        if (command.startsWith("open")) {
            return command + " " + count + " " + (count <= 2_000 ? 20_000 : 90_000) + " "
                    + (count <= 2_000 ? 4_000 : 10_000);
        }
        return command + " " + (count == 0 ? settings.samples() : count) + " " + warm + " " + settings.window();
    }
}
