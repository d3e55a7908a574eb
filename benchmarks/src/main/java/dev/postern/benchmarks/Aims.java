package dev.postern.benchmarks;

import static dev.postern.benchmarks.Aim.atLeast;
import static dev.postern.benchmarks.Aim.atMost;
import static dev.postern.benchmarks.Aim.number;
import static dev.postern.benchmarks.Aim.plus;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The goals of Postern. */
final class Aims {
    private static final String OURS = "postern";
    private static final String PLAIN = "postern-plain";
    private static final String FLOOR = "floor";
    private static final String SELECTOR = "floor-selector";
    private static final String BEDROCK = "postern-bedrock";
    private static final String BEDROCK_FLOOR = "floor-bedrock";

    private static final String[] BURSTS =
            BenchText.ALL.stream().map(BenchText::burstName).toArray(String[]::new);
    private static final String[] LARGE =
            BenchText.ALL.stream().map(BenchText::largeName).toArray(String[]::new);

    private Aims() {}

    static List<Aim> all(List<Jdk> jdks) {
        List<Aim> aims = new ArrayList<>();
        for (Jdk jdk : jdks) {
            // An older JDK may be 1.3 times as far from its floor; its 1 KB answers may cost 1.5 times the floor's.
            speed(
                    aims,
                    jdk.isMain() ? "" : "JDK " + jdk.number() + ": ",
                    jdk.prefix(),
                    jdk.isMain() ? 1 : 1.3,
                    jdk.isMain() ? 1.15 : 1.5);
        }
        rest(aims);
        return aims;
    }

    private static void speed(List<Aim> aims, String jdk, String prefix, double slack, double small) {
        paced(aims, jdk, prefix, slack, "HTTP", "paced64", "open2000");
        paced(aims, jdk, prefix, slack, "TLS", "tlspaced64", "tls500");
        for (String subject : List.of(OURS, PLAIN)) {
            String kind = subject.equals(OURS) ? "promised" : "plain";
            aims.add(atMost(
                    1.2 * slack, jdk + kind + ", burst, any text: CPU", subject, FLOOR, of(prefix, ".cpu", BURSTS)));
            aims.add(atLeast(0.9 / slack, jdk + "… events a second", subject, FLOOR, of(prefix, ".rate", BURSTS)));
        }
        for (String subject : List.of(OURS, PLAIN)) {
            String kind = subject.equals(OURS) ? "promised" : "plain";
            String title = jdk + kind + ", HTTP/2, 64 streams on one connection: CPU";
            aims.add(atMost(1.2 * slack, title, subject, FLOOR, prefix + "h2text64.cpu"));
        }
        aims.add(atMost(1.35 * slack, jdk + "200 KB answer, any text: CPU", OURS, FLOOR, of(prefix, ".cpu", LARGE)));
        aims.add(atLeast(1 / 1.35 / slack, jdk + "… requests a second", OURS, FLOOR, of(prefix, ".rate", LARGE)));
        double most = 600_000 * slack;
        aims.add(
                number(most, String.format("at most %,.0f", most), jdk + "… bytes", OURS, of(prefix, ".bytes", LARGE)));
        aims.add(atMost(small, jdk + "1 KB answer alone: CPU", OURS, FLOOR, prefix + "small1.cpu"));
        aims.add(plus(4_096 * slack, jdk + "… bytes", OURS, FLOOR, prefix + "small1.bytes"));
        aims.add(atLeast(1 / slack, jdk + "1 KB answers, 64 at once: a second", OURS, FLOOR, prefix + "small.rate"));
    }

    private static void paced(List<Aim> aims, String jdk, String prefix, double slack, String via, String... names) {
        String title = jdk + "plain, paced, " + via + ": CPU";
        aims.add(atMost(slack, title, PLAIN, FLOOR, of(prefix, ".cpu", names)));
        aims.add(atMost(slack, jdk + "… delay, p99", PLAIN, FLOOR, of(prefix, ".p99", names)));
        title = jdk + "promised, paced, " + via + ": CPU";
        aims.add(atMost(1.15 * slack, title, OURS, SELECTOR, of(prefix, ".cpu", names)));
        aims.add(atMost(1.5 * slack, jdk + "… delay, p99", OURS, SELECTOR, of(prefix, ".p99", names)));
    }

    private static String[] of(String prefix, String metric, String... measures) {
        return Stream.of(measures).map(name -> prefix + name + metric).toArray(String[]::new);
    }

    private static void rest(List<Aim> aims) {
        aims.addAll(List.of(
                atMost(1.05, "10,000 streams: heap per stream", OURS, FLOOR, "open10000.each"),
                number(500, "none per stream", "… Java threads", OURS, "open10000.threads"),
                atLeast(1, "2,000 streams: that run", OURS, FLOOR, "open2000.started"),
                number(59, "under 60", "… Java threads", OURS, "open2000.threads"),
                atMost(1.3, "… live heap", OURS, FLOOR, "open2000.heap"),
                atMost(1, "CPU per event, ASCII, 64 streams", OURS, "parser", "text64.cpu"),
                atMost(2, "CPU per event, ASCII, one stream", OURS, FLOOR, "text1.cpu"),
                atMost(2, "CPU per event, tool deltas", OURS, FLOOR, "tools64.cpu"),
                plus(300, "bytes per event", OURS, FLOOR, "text64.bytes", "tools64.bytes"),
                atMost(1.05, "first token, warm", OURS, FLOOR, "first.p50"),
                atMost(1.3, "cold start to the first token, CPU", OURS, FLOOR, "coldfirst.cpu"),
                number(3, "3", "jars", OURS, "closure.jars"),
                number(1.5, "1.5", "MB of jars", OURS, "closure.megabytes"),
                atMost(2, "Bedrock: CPU per frame, ASCII, 64 streams", BEDROCK, BEDROCK_FLOOR, "text64.cpu"),
                atMost(2, "… one stream", BEDROCK, BEDROCK_FLOOR, "text1.cpu"),
                atMost(2, "… tool deltas", BEDROCK, BEDROCK_FLOOR, "tools64.cpu"),
                plus(300, "… bytes per frame", BEDROCK, BEDROCK_FLOOR, "text64.bytes")));
    }
}
