package dev.postern.server.door.openai;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.server.door.DoorTarget;
import dev.postern.testkit.project.Golden;
import dev.postern.wire.RequestWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests of clients, and what is read from them: {@code NAME.json} beside {@code NAME.read}, in the gateway's own JSON. */
class ChatRequestReaderTest {
    private static final String FOLDER = "openai-door/request/";

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden/" + FOLDER))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        }
    }

    private static ChatRequest read(byte[] json) {
        return ChatRequestReader.read(json, model -> new DoorTarget("main", model, model, List.of("main")));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRequestIsReadAsExpected(String name) {
        ChatRequest read = read(Golden.read(FOLDER + name + ".json"));
        String request = new String(RequestWriter.write(read.request()), StandardCharsets.UTF_8)
                .replace(",\"messages\"", ",\n\"messages\"")
                .replace("{\"role\"", "\n  {\"role\"")
                .replace(",\"tools\"", ",\n\"tools\"");
        Golden.check(
                FOLDER + name + ".read",
                "stream " + read.stream() + ", usage " + read.usage() + ", functions " + read.functions() + "\n"
                        + request + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                      | body: must be an object
            {                                                       | body: must be a JSON object
            "messages":[]                                           | messages: must have at least one message
            "messages":{}                                           | messages: must be a list
            "messages":[{"role":"bot","content":"a"}]               | messages.0.role: must be system, developer, user
            "messages":[{"role":"user","content":[1]}]              | messages.0.content.0: must be an object
            "messages":[{"role":"user","content":[{"type":"video"}]}] | messages.0.content.0.type: must be text, refusal, image_url
            "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,x"}}]}] | messages.0.content.0.image_url.url: must be a data URL with base64
            "messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"JVBE"}}]}] | messages.0.content.0.file.file_data: must be a data URL
            "messages":[{"role":"assistant","tool_calls":[{"id":"a","type":"custom"}]}] | messages.0.tool_calls.0.type: must be function
            "messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":""}}]}] | messages.0.tool_calls.0: tool_calls.name: must not be empty
            "messages":[{"role":"tool","content":"a"}]              | messages.0: tool_results.tool_use_id: must not be empty
            "messages":[{"role":"function","name":"f","content":"a"}] | messages.0.name: must be the name of a function that was called before
            "messages":[{"role":"user","content":"a"}],"n":2        | n: must be 1; send a request for each answer
            "messages":[{"role":"user","content":"a"}],"logprobs":true | logprobs: is not supported by this gateway
            "messages":[{"role":"user","content":"a"}],"top_logprobs":2 | top_logprobs: is not supported
            "messages":[{"role":"user","content":"a"}],"modalities":["text","audio"] | modalities: audio is not supported as an answer
            "messages":[{"role":"user","content":"a"}],"web_search_options":{} | web_search_options: is not supported
            "messages":[{"role":"user","content":"a"}],"max_tokens":"1" | max_tokens: must be a number
            "messages":[{"role":"user","content":"a"}],"stop":[1]   | stop.0: must be a string
            "messages":[{"role":"user","content":"a"}],"stream":"yes" | stream: must be true or false
            "messages":[{"role":"user","content":"a"}],"response_format":{"type":"xml"} | response_format.type: must be text, json_object or json_schema
            "messages":[{"role":"user","content":"a"}],"tools":[{"type":"code_interpreter"}] | tools.0.type: must be function
            "messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":""}}] | tools.0.function: tools.name: must not be empty
            "messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"maybe" | tool_choice: must be auto, none, required
            """)
    void aWrongRequestNamesThePath(String body, String message) {
        String json = body.startsWith("\"") ? "{\"model\":\"m\"," + body + "}" : body;

        assertThatThrownBy(() -> read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(LlmException.class)
                .hasMessageStartingWith(message);
    }
}
