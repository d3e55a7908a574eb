package dev.postern.mcp;

import dev.postern.flow.Dispatcher;
import dev.postern.flow.ListenerGuard;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Runs the callbacks of the application. What they throw, also an {@link Error}, is logged and has no other effect. Thread-safe. */
final class Callbacks {
    private static final String LOGGER = "dev.postern.mcp";

    private final Runnable toolsChanged;
    private final ListenerGuard changeGuard = new ListenerGuard(LOGGER, "listener for changed tools");
    private final AtomicInteger changes = new AtomicInteger(); // that the listener was not told
    private final Consumer<? super McpProgress> progress;
    private final ListenerGuard progressGuard = new ListenerGuard(LOGGER, "listener for progress");

    Callbacks(Runnable toolsChanged, Consumer<? super McpProgress> progress) {
        this.toolsChanged = toolsChanged;
        this.progress = progress;
    }

    /**
     * Tells on another thread that the tools changed. The listener may block: it runs once at a time, and once again for all changes
     * meanwhile, however many a server announces.
     */
    void toolsChanged() {
        if (changes.getAndIncrement() == 0) {
            Dispatcher.shared().start(this::tellChanges);
        }
    }

    private void tellChanges() {
        int told;
        do {
            told = changes.get();
            changeGuard.run(toolsChanged, toolsChanged);
        } while (!changes.compareAndSet(told, 0));
    }

    /** Tells progress on this thread. */
    void progress(McpProgress news) {
        progressGuard.run(progress, () -> progress.accept(news));
    }
}
