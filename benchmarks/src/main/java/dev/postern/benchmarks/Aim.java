package dev.postern.benchmarks;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A goal of Postern: a number, or a limit relative to another subject.
 *
 * @param title the text of the row
 * @param metric the measure and its metric, such as {@code text64.cpu}
 * @param beside the subject to compare with; null for a goal that is a number
 * @param said the text of the goal
 * @param limit computes the limit from the other subject's figure
 * @param atLeast whether the limit is a minimum instead of a maximum
 */
record Aim(
        String title, String metric, @Nullable String beside, String said, DoubleUnaryOperator limit, boolean atLeast) {

    /** For servers that speak OpenAI's protocol. */
    static final List<Aim> OPENAI = List.of(
            times(1.9, "CPU per event, text, 64 streams", "text64.cpu", "floor"),
            new Aim("… beside a parser per event", "text64.cpu", "parser", "less", other -> other, false),
            times(2, "CPU per event, text, one stream", "text1.cpu", "floor"),
            times(2, "CPU per event, tool deltas", "tools64.cpu", "floor"),
            plus300("bytes per event, text", "text64.bytes", "floor"),
            plus300("bytes per event, tool deltas", "tools64.bytes", "floor"),
            new Aim("1 KB answers a second", "small.rate", "floor", "at least 1.00×", other -> other, true),
            times(1.4, "CPU of a 200 KB answer", "large.cpu", "floor"),
            times(1.05, "first token, warm", "first.p50", "floor"),
            times(1.3, "cold start to the first token, CPU", "coldfirst.cpu", "floor"),
            new Aim("2,000 streams: that run", "open2000.started", null, "all", other -> 2000, true),
            times(1, "… CPU per event", "open2000.cpu", "floor"),
            times(1, "… delay, p99", "open2000.p99", "floor"),
            new Aim("… Java threads", "open2000.threads", null, "under 60", other -> 59, false),
            times(1.3, "… live heap", "open2000.heap", "floor"),
            new Aim("10,000 streams: Java threads", "open10000.threads", null, "none per stream", other -> 500, false),
            times(1.3, "… heap per stream", "open10000.each", "floor"),
            new Aim("jars", "closure.jars", null, "3", other -> 3, false),
            new Aim("MB of jars", "closure.megabytes", null, "1.5", other -> 1.5, false));

    /** For Bedrock. */
    static final List<Aim> BEDROCK = List.of(
            times(2, "CPU per frame, text, 64 streams", "text64.cpu", "floor-bedrock"),
            times(2, "CPU per frame, text, one stream", "text1.cpu", "floor-bedrock"),
            times(2, "CPU per frame, tool deltas", "tools64.cpu", "floor-bedrock"),
            plus300("bytes per frame, text", "text64.bytes", "floor-bedrock"));

    private static Aim times(double ratio, String title, String metric, String beside) {
        return new Aim(title, metric, beside, String.format("at most %.2f×", ratio), other -> other * ratio, false);
    }

    private static Aim plus300(String title, String metric, String beside) {
        return new Aim(title, metric, beside, "at most + 300", other -> other + 300, false);
    }

    /** A row of the table of goals; empty if a figure is missing. */
    String row(Results results, String subject) {
        double ours = results.median(subject, metric);
        double other = beside == null ? 0 : results.median(beside, metric);
        if (Double.isNaN(ours) || Double.isNaN(other)) {
            return "";
        }
        double bound = limit.applyAsDouble(other);
        boolean met = atLeast ? ours >= bound : ours <= bound;
        String figure = beside == null
                ? String.format(ours == Math.rint(ours) ? "%,.0f" : "%,.2f", ours)
                : said.contains("+") ? String.format("%+,.0f", ours - other) : String.format("%.2f×", ours / other);
        return "| " + title + " | " + said + " | " + figure + " | " + (met ? "yes" : "**no**") + " |\n";
    }
}
