package dev.postern.benchmarks;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A goal of Postern: a number, or a limit relative to another subject.
 *
 * @param title the text of the row
 * @param subject the way to use Postern
 * @param metrics the measures with their metric, such as {@code text64.cpu}; of those that were taken, the worst one counts
 * @param beside the subject to compare with; null for a goal that is a number
 * @param said the text of the goal
 * @param limit computes the limit from the other subject's figure
 * @param atLeast whether the limit is a minimum instead of a maximum
 * @param figure how the result is shown
 */
record Aim(
        String title,
        String subject,
        List<String> metrics,
        @Nullable String beside,
        String said,
        DoubleUnaryOperator limit,
        boolean atLeast,
        Figure figure) {

    enum Figure {
        RATIO,
        DIFFERENCE,
        NUMBER
    }

    static Aim atMost(double ratio, String title, String subject, String beside, String... metrics) {
        String said = String.format("at most %.2f×", ratio);
        return new Aim(title, subject, List.of(metrics), beside, said, other -> other * ratio, false, Figure.RATIO);
    }

    static Aim atLeast(double ratio, String title, String subject, String beside, String... metrics) {
        String said = String.format("at least %.2f×", ratio);
        return new Aim(title, subject, List.of(metrics), beside, said, other -> other * ratio, true, Figure.RATIO);
    }

    static Aim plus(double more, String title, String subject, String beside, String... metrics) {
        String said = String.format("at most + %,.0f", more);
        return new Aim(title, subject, List.of(metrics), beside, said, other -> other + more, false, Figure.DIFFERENCE);
    }

    static Aim number(double most, String said, String title, String subject, String... metrics) {
        return new Aim(title, subject, List.of(metrics), null, said, other -> most, false, Figure.NUMBER);
    }

    /**
     * A row of the table of goals; empty if there is no figure. It is marked if the spread of the subject, or that of the subject
     * beside it, is larger than the distance from the limit.
     */
    String row(Results results, String besideTitle) {
        String worst = "";
        double worstRatio = 0;
        int measured = 0;
        for (String metric : metrics) {
            double ours = results.median(subject, metric);
            double bound = bound(results, metric);
            double ratio = atLeast ? bound / ours : ours / bound;
            measured += Double.isNaN(ratio) ? 0 : 1;
            if (ratio > worstRatio || (worst.isEmpty() && !Double.isNaN(ratio))) {
                worst = metric;
                worstRatio = ratio;
            }
        }
        if (worst.isEmpty()) {
            return "";
        }
        double ours = results.median(subject, worst);
        double other = beside == null ? 0 : results.median(beside, worst);
        String shown = switch (figure) {
            case RATIO -> String.format("%.2f×", ours / other);
            case DIFFERENCE -> String.format("%+,.0f", ours - other);
            case NUMBER -> String.format(ours == Math.rint(ours) ? "%,.0f" : "%,.2f", ours);
        };
        if (metrics.size() > 1) {
            String name = worst.substring(0, worst.lastIndexOf('.'));
            shown += measured == metrics.size()
                    ? " (" + name + ")"
                    : " (" + name + "; " + measured + " of " + metrics.size() + " measured)";
        }
        boolean met = worstRatio <= 1;
        double bound = bound(results, worst);
        double theirs = beside == null ? 0 : limit.applyAsDouble(other * (1 + results.spread(beside, worst))) - bound;
        boolean unsure = Math.max(results.spread(subject, worst) * ours, theirs) > Math.abs(ours - bound);
        return "| " + title + " | " + besideTitle + " | " + said + " | " + shown + " | " + (met ? "yes" : "**no**")
                + (unsure ? Row.UNSURE : "") + " |\n";
    }

    private double bound(Results results, String metric) {
        return limit.applyAsDouble(beside == null ? 0 : results.median(beside, metric));
    }
}
