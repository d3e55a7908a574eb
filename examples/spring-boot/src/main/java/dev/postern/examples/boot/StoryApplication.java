package dev.postern.examples.boot;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.spring.boot.SseRelay;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@SpringBootApplication
@RestController
class StoryApplication {
    private final LlmProvider llm;

    StoryApplication(LlmProvider llm) {
        this.llm = llm;
    }

    @GetMapping("/answer")
    String answer(@RequestParam("question") String question) {
        return llm.completions(CompletionRequest.of(question)).content();
    }

    @GetMapping("/story")
    SseEmitter story(@RequestParam("topic") String topic) {
        return SseRelay.of(llm.stream(CompletionRequest.of("Tell me a story about " + topic + ".")));
    }
}
