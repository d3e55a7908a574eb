package dev.postern.benchmarks.subject;

import dev.postern.StreamEvent;
import java.util.concurrent.Flow;
import reactor.adapter.JdkFlowAdapter;

/** Reads each stream as a Flux of Reactor. */
final class ReactorReader implements PosternSubject.Reader {
    @Override
    public void read(Flow.Publisher<StreamEvent> stream, Ear ear) {
        var unused = JdkFlowAdapter.flowPublisherToFlux(stream)
                .subscribe(event -> PosternSubject.tell(event, ear), ear::end, () -> ear.end(null));
    }
}
