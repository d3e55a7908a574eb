package dev.postern.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The start of an observation for which a handler of the application throws. */
class OpenedTest {
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final List<String> stopped = new ArrayList<>();

    /** Refuses the observation "broken". */
    private final class Handler implements ObservationHandler<Observation.Context> {
        @Override
        public void onStart(Observation.Context context) {
            if (context.getName().equals("broken")) {
                throw new IllegalStateException("the handler is broken");
            }
        }

        @Override
        public void onStop(Observation.Context context) {
            stopped.add(context.getName());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Test
    void theObservationOfTheRequestFromOutsideIsStopped() {
        registry.observationConfig().observationHandler(new Handler());
        CallContext context = CallContext.builder()
                .build()
                .with(CallContext.TRACE_PARENT, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        Observation broken = Observation.createNotStarted("broken", registry);

        assertThatThrownBy(() -> Opened.start(broken, context, registry)).hasMessage("the handler is broken");

        assertThat(stopped).containsExactly("postern.incoming");
        assertThat(registry.getCurrentObservation()).isNull();
    }
}
