package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Timeouts;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.SharedHttpClient;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of the library live longer than the first caller and must not keep references to its objects. */
@Timeout(60)
class InheritanceTest {
    private static final InheritableThreadLocal<String> LOCAL = new InheritableThreadLocal<>();

    /** Runs an action on a thread with a class loader, a group, a priority and thread-locals. */
    private static void asOwner(ClassLoader loader, Runnable action) throws InterruptedException {
        ThreadGroup group = new ThreadGroup("of an application");
        Thread owner = new Thread(group, () -> {
            LOCAL.set("of an application");
            action.run();
        });
        owner.setContextClassLoader(loader);
        owner.setPriority(Thread.MIN_PRIORITY);
        owner.start();
        owner.join();
    }

    private static void assertInheritsNothing(Thread thread, ClassLoader loader) {
        assertThat(thread.getContextClassLoader()).as(thread.getName()).isNotSameAs(loader);
        if (thread.getThreadGroup() != null) { // it is running
            assertThat(thread.getThreadGroup().getName()).as(thread.getName()).isNotEqualTo("of an application");
        }
        assertThat(thread.isDaemon()).as(thread.getName()).isTrue();
    }

    @Test
    void threadsOfThePoolInheritNothing() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[0])) {
            int many = 20; // more than may be idle
            CountDownLatch running = new CountDownLatch(many);
            Queue<Thread> threads = new ConcurrentLinkedQueue<>();
            Queue<String> locals = new ConcurrentLinkedQueue<>();
            asOwner(loader, () -> {
                for (int i = 0; i < many; i++) {
                    Dispatcher.shared().start(() -> {
                        threads.add(Thread.currentThread());
                        locals.add(String.valueOf(LOCAL.get()));
                        running.countDown();
                        await(running);
                    });
                }
            });
            await(running);

            assertThat(Set.copyOf(threads)).hasSize(many);
            assertThat(locals).containsOnly("null");
            for (Thread thread : threads) {
                assertInheritsNothing(thread, loader);
                assertThat(thread.getPriority()).isEqualTo(Thread.NORM_PRIORITY);
            }
        }
    }

    @Test
    void threadsOfTheJdkThatThisLibraryStartsInheritNothing() throws Exception {
        Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
        try (URLClassLoader loader = new URLClassLoader(new URL[0]);
                ScriptedServer server =
                        new ScriptedServer(exchange -> exchange.answer(200, "text/plain", "a\nDONE\n"))) {
            asOwner(loader, () -> {
                HttpTransport transport = HttpTransport.builder().build();
                Recorder.of(transport.stream(new LineCall(server.uri()))).awaitComplete();
            });

            List<Thread> ours = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !before.contains(thread))
                    .filter(thread -> thread.getName().contains("HttpClient")
                            || thread.getName().contains("postern")
                            || thread.getName().contains("CompletableFuture"))
                    .toList();
            assertThat(ours).anyMatch(thread -> thread.getName().contains("SelectorManager"));
            ours.forEach(thread -> assertInheritsNothing(thread, loader));
        }
    }

    @Test
    void theClientOfAnInterruptedCallerInheritsNothing() throws Exception {
        Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        try (URLClassLoader loader = new URLClassLoader(new URL[0]);
                SharedHttpClient shared =
                        new SharedHttpClient(Timeouts.defaults().connect())) {
            asOwner(loader, () -> {
                Thread.currentThread().interrupt();
                shared.get();
                stillInterrupted.set(Thread.currentThread().isInterrupted());
            });

            assertThat(stillInterrupted).isTrue();
            List<Thread> selectors = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !before.contains(thread))
                    .filter(thread -> thread.getName().contains("SelectorManager"))
                    .toList();
            assertThat(selectors).hasSize(1);
            assertInheritsNothing(selectors.get(0), loader);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
