package dev.postern.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All numbers, by subject and metric. */
final class Results {
    private final Map<String, List<Double>> values = new HashMap<>();

    void add(String subject, String measure, Map<String, Double> results) {
        results.forEach((metric, value) -> of(subject, measure + "." + metric).add(value));
    }

    /** The numbers of a subject, such as those of {@code text64.cpu}. */
    List<Double> of(String subject, String metric) {
        return values.computeIfAbsent(subject + " " + metric, key -> new ArrayList<>());
    }

    /** The median; NaN without numbers. */
    double median(String subject, String metric) {
        List<Double> sorted = of(subject, metric).stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** The largest distance from the median, as a fraction of the median. */
    double spread(String subject, String metric) {
        double median = median(subject, metric);
        return of(subject, metric).stream()
                .mapToDouble(value -> Math.abs(value - median) / median)
                .max()
                .orElse(0);
    }

    /** The largest number of this metric with its key; empty if there is none. */
    Optional<Map.Entry<String, Double>> largest(String metric) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(metric))
                .map(entry -> Map.entry(entry.getKey(), Collections.max(entry.getValue())))
                .max(Map.Entry.comparingByValue());
    }
}
