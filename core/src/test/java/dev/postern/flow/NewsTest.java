package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NewsTest {
    private final News news = new News();
    private final List<String> told = new ArrayList<>();

    /** A listener is asked on the thread that starts the attempt, also while another thread tells it something. */
    @Test
    void aQuestionRunsOnTheThreadThatAsksAfterEarlierNews() throws Exception {
        CountDownLatch telling = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
            news.tell(() -> {
                telling.countDown();
                try {
                    assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                told.add("news");
            });
        });
        assertThat(telling.await(30, TimeUnit.SECONDS)).isTrue();
        AtomicReference<Thread> answered = new AtomicReference<>();
        Thread asking = new Thread(() -> news.ask(() -> {
            answered.set(Thread.currentThread());
            return told.add("question");
        }));
        asking.start();
        while (asking.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        release.countDown();

        asking.join(30_000);
        other.get(30, TimeUnit.SECONDS);
        assertThat(answered).hasValue(asking);
        assertThat(told).containsExactly("news", "question");
    }

    @Test
    void aQuestionInsideOfNewsComesAfterEarlierOnes() {
        news.tell(() -> {
            told.add("first");
            news.tell(() -> told.add("second"));
            news.ask(() -> told.add("question"));
            told.add("end of first");
        });

        assertThat(told).containsExactly("first", "second", "question", "end of first");
    }

    @Test
    void aQuestionInsideOfAQuestionIsAnswered() {
        assertThat(news.<String>ask(() -> news.ask(() -> "answer"))).isEqualTo("answer");
    }

    @Test
    void aQuestionThatThrowsBlocksNothing() {
        assertThatThrownBy(() -> news.ask(() -> {
                    throw new IllegalStateException("on purpose");
                }))
                .isInstanceOf(CompletionException.class);

        news.tell(() -> told.add("later"));
        assertThat(told).containsExactly("later");
    }
}
