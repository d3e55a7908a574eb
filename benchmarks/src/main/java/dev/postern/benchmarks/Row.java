package dev.postern.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * A row of the table.
 *
 * @param title the text of the row, with the unit
 * @param metric the measure and its metric, such as {@code text64.cpu}
 * @param unit the divisor of a number
 * @param digits the decimal places
 * @param ratio whether the cell shows the ratio to the floor
 */
record Row(String title, String metric, double unit, int digits, boolean ratio) {
    /** Behind a ratio that the rounds do not confirm. */
    static final String UNSURE = " †";

    /** The rows of the main JDK. The table omits rows without a number. */
    static List<Row> main() {
        List<Row> rows = new ArrayList<>();
        for (BenchText text : BenchText.ALL) {
            burst(rows, text.title() + ", 64 streams", text.burstName(), text.isDetailed());
        }
        burst(rows, "ASCII, 1 stream", "text1", true);
        burst(rows, "tool deltas, 64 streams", "tools64", true);
        burst(rows, "English, HTTP/2, 64 streams on one connection", "h2text64", true);
        paced(rows, "64 streams, 100 packets a second each", "paced64");
        paced(rows, "the same over TLS", "tlspaced64");
        paced(rows, "the same over HTTP/2, one connection", "h2paced64");
        answers(rows, "1 KB answers, one at a time", "small1", true);
        answers(rows, "1 KB answers, 64 at once", "small", true);
        for (BenchText text : BenchText.ALL) {
            String title = "200 KB answers, " + text.title() + ", 64 at once";
            answers(rows, title, text.largeName(), text.isDetailed());
        }
        rows.add(new Row("first token, warm: median, µs", "first.p50", 1, 0, true));
        rows.add(new Row("cold start to the first token: wall time, ms", "coldfirst.wall", 1, 0, true));
        rows.add(new Row("… CPU, ms", "coldfirst.cpu", 1, 0, true));
        rows.add(new Row("cold start to the end: wall time, ms", "coldend.wall", 1, 0, true));
        rows.add(new Row("… CPU, ms", "coldend.cpu", 1, 0, true));
        rows.add(new Row("classes loaded", "classes.loaded", 1, 0, true));
        rows.add(new Row("jars", "closure.jars", 1, 0, false));
        rows.add(new Row("MB of jars", "closure.megabytes", 1, 1, false));
        open(rows, "2,000 open streams, 2 events a second each", "open2000");
        open(rows, "500 open streams over TLS, 2 events a second each", "tls500");
        open(rows, "10,000 open streams, one event in 5 s each", "open10000");
        return rows;
    }

    /** The rows of another JDK. */
    static List<Row> other(int jdk) {
        List<Row> rows = new ArrayList<>();
        String title = "JDK " + jdk + ": ";
        String prefix = Jdk.prefix(jdk);
        answers(rows, title + "1 KB answers, one at a time", prefix + "small1", true);
        answers(rows, title + "1 KB answers, 64 at once", prefix + "small", true);
        paced(rows, title + "64 streams, 100 packets a second each", prefix + "paced64");
        paced(rows, title + "the same over TLS", prefix + "tlspaced64");
        burst(rows, title + "English, 64 streams", prefix + "english64", true);
        burst(rows, title + "English, HTTP/2, 64 streams on one connection", prefix + "h2text64", false);
        answers(rows, title + "200 KB answers, English, 64 at once", prefix + "largeenglish", true);
        return rows;
    }

    private static void burst(List<Row> rows, String title, String measure, boolean withBytes) {
        rows.add(new Row(title + ": CPU per event, µs", measure + ".cpu", 1e3, 2, true));
        rows.add(new Row("… wall time per event, µs", measure + ".wall", 1e3, 2, true));
        if (withBytes) {
            rows.add(new Row("… bytes per event", measure + ".bytes", 1, 0, true));
        }
    }

    private static void paced(List<Row> rows, String title, String measure) {
        rows.add(new Row(title + ": CPU per event, µs", measure + ".cpu", 1e3, 1, true));
        rows.add(new Row("… bytes per event", measure + ".bytes", 1, 0, true));
        rows.add(new Row("… delay of an event, median, µs", measure + ".p50", 1, 0, true));
        rows.add(new Row("… delay of an event, p99, µs", measure + ".p99", 1, 0, true));
    }

    private static void answers(List<Row> rows, String title, String measure, boolean withRate) {
        if (withRate) {
            rows.add(new Row(title + ": requests a second", measure + ".rate", 1, 0, true));
        }
        rows.add(new Row((withRate ? "…" : title + ":") + " CPU per request, µs", measure + ".cpu", 1e3, 0, true));
        rows.add(new Row("… KB allocated per request", measure + ".bytes", 1e3, 1, true));
    }

    private static void open(List<Row> rows, String title, String measure) {
        rows.add(new Row(title + ": streams that run", measure + ".started", 1, 0, false));
        rows.add(new Row("… CPU per event, µs", measure + ".cpu", 1e3, 1, true));
        rows.add(new Row("… delay of an event, p99, ms", measure + ".p99", 1e3, 1, true));
        rows.add(new Row("… Java threads", measure + ".threads", 1, 0, false));
        rows.add(new Row("… live heap, MB", measure + ".heap", 1e6, 1, true));
        rows.add(new Row("… heap per stream, KB", measure + ".each", 1e3, 1, true));
    }

    /** A cell: the median, the largest distance of a round from it if wanted, and the ratio to the floor. */
    String cell(Results results, String subject, String floor, boolean withSpread) {
        double median = results.median(subject, metric);
        if (Double.isNaN(median)) {
            return "–";
        }
        StringBuilder cell = new StringBuilder(String.format("%,." + digits + "f", median / unit));
        double spread = results.spread(subject, metric);
        if (withSpread && results.of(subject, metric).size() > 1) {
            cell.append(String.format(" ±%.0f %%", spread * 100));
        }
        double below = results.median(floor, metric);
        if (ratio && !subject.equals(floor) && below > 0) {
            cell.append(String.format(" (**%.2f×**)", median / below));
            double unsure = Math.max(spread * median, results.spread(floor, metric) * below);
            cell.append(unsure > Math.abs(median - below) ? UNSURE : "");
        }
        return cell.toString();
    }
}
