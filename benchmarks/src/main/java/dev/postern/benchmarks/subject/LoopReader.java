package dev.postern.benchmarks.subject;

import dev.postern.EventStream;
import dev.postern.StreamEvent;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;

/** Reads each stream in a loop over an {@link EventStream}, on a platform thread of its own. */
final class LoopReader implements PosternSubject.Reader {
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "loop");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public void read(Flow.Publisher<StreamEvent> stream, Ear ear) {
        threads.execute(() -> {
            try (EventStream events = EventStream.of(stream)) {
                for (StreamEvent event : events) {
                    PosternSubject.tell(event, ear);
                }
            } catch (RuntimeException e) {
                ear.end(e);
                return;
            }
            ear.end(null);
        });
    }
}
