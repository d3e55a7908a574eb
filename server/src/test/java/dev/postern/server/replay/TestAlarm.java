package dev.postern.server.replay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rings when a test says so. */
final class TestAlarm implements Alarm {
    private final List<Task> tasks = new ArrayList<>();

    private record Task(Duration delay, Runnable run) {}

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Task added = new Task(delay, task);
        tasks.add(added);
        return () -> tasks.remove(added);
    }

    /** The delays of all that has not run and was not cancelled. */
    List<Duration> delays() {
        return tasks.stream().map(Task::delay).toList();
    }

    /** Runs everything. */
    void ring() {
        List<Task> due = List.copyOf(tasks);
        tasks.clear();
        due.forEach(task -> task.run().run());
    }
}
