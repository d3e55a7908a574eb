package dev.postern.benchmarks;

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

    /** All rows. The table omits rows without a number. */
    static final List<Row> ALL = List.of(
            new Row("text, 64 streams: CPU per event, µs", "text64.cpu", 1e3, 2, true),
            new Row("… wall time per event, µs", "text64.wall", 1e3, 2, true),
            new Row("… bytes per event", "text64.bytes", 1, 0, true),
            new Row("text, 1 stream: CPU per event, µs", "text1.cpu", 1e3, 2, true),
            new Row("… wall time per event, µs", "text1.wall", 1e3, 2, true),
            new Row("… bytes per event", "text1.bytes", 1, 0, true),
            new Row("tool deltas, 64 streams: CPU per event, µs", "tools64.cpu", 1e3, 2, true),
            new Row("… wall time per event, µs", "tools64.wall", 1e3, 2, true),
            new Row("… bytes per event", "tools64.bytes", 1, 0, true),
            new Row("text, 64 streams, 100 packets a second each: CPU per event, µs", "paced64.cpu", 1e3, 1, true),
            new Row("… bytes per event", "paced64.bytes", 1, 0, true),
            new Row("… delay of an event, median, µs", "paced64.p50", 1, 0, true),
            new Row("… delay of an event, p99, µs", "paced64.p99", 1, 0, true),
            new Row("1 KB answers, 64 at once: requests a second", "small.rate", 1, 0, true),
            new Row("… CPU per request, µs", "small.cpu", 1e3, 0, true),
            new Row("… KB allocated per request", "small.bytes", 1e3, 1, true),
            new Row("200 KB answers, 64 at once: requests a second", "large.rate", 1, 0, true),
            new Row("… CPU per request, µs", "large.cpu", 1e3, 0, true),
            new Row("… KB allocated per request", "large.bytes", 1e3, 0, true),
            new Row("first token, warm: median, µs", "first.p50", 1, 0, true),
            new Row("cold start to the first token: wall time, ms", "coldfirst.wall", 1, 0, true),
            new Row("… CPU, ms", "coldfirst.cpu", 1, 0, true),
            new Row("cold start to the end: wall time, ms", "coldend.wall", 1, 0, true),
            new Row("… CPU, ms", "coldend.cpu", 1, 0, true),
            new Row("classes loaded", "classes.loaded", 1, 0, true),
            new Row("jars", "closure.jars", 1, 0, false),
            new Row("MB of jars", "closure.megabytes", 1, 1, false),
            new Row("2,000 open streams, 2 events a second each: streams that run", "open2000.started", 1, 0, false),
            new Row("… CPU per event, µs", "open2000.cpu", 1e3, 1, true),
            new Row("… delay of an event, p99, ms", "open2000.p99", 1e3, 1, true),
            new Row("… Java threads", "open2000.threads", 1, 0, false),
            new Row("… live heap, MB", "open2000.heap", 1e6, 1, true),
            new Row("… heap per stream, KB", "open2000.each", 1e3, 1, true),
            new Row("10,000 open streams, one event in 5 s each: streams that run", "open10000.started", 1, 0, false),
            new Row("… CPU per event, µs", "open10000.cpu", 1e3, 1, true),
            new Row("… delay of an event, p99, ms", "open10000.p99", 1e3, 1, true),
            new Row("… Java threads", "open10000.threads", 1, 0, false),
            new Row("… live heap, MB", "open10000.heap", 1e6, 1, true),
            new Row("… heap per stream, KB", "open10000.each", 1e3, 1, true));

    /** A cell: the median, the largest distance of a round from it, and the ratio to the floor. */
    String cell(Results results, String subject, String floor) {
        double median = results.median(subject, metric);
        if (Double.isNaN(median)) {
            return "–";
        }
        StringBuilder cell = new StringBuilder(String.format("%,." + digits + "f", median / unit));
        double spread = results.spread(subject, metric);
        if (spread >= 0.005) {
            cell.append(String.format(" ±%.0f %%", spread * 100));
        }
        double below = results.median(floor, metric);
        if (ratio && !subject.equals(floor) && below > 0) {
            cell.append(String.format(" (**%.2f×**)", median / below));
        }
        return cell.toString();
    }
}
