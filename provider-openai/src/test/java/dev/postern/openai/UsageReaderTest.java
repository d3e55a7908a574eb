package dev.postern.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reader knows of the way in which its server counts. The golden files have the counts themselves. */
class UsageReaderTest {

    private static Usage read(String fields) {
        byte[] json = ("{" + fields.replace('\'', '"') + "}").getBytes(UTF_8);
        JsonReader reader = new JsonReader();
        reader.begin(json, 0, json.length);
        return Objects.requireNonNull(UsageReader.usage(reader));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "OpenAI | 'prompt_tokens':15,'completion_tokens':8,'total_tokens':23,'prompt_tokens_details':{'cached_tokens':4} | 15",
                "DeepSeek | 'prompt_tokens':20,'completion_tokens':4,'prompt_cache_hit_tokens':16 | 20",
                "Moonshot | 'prompt_tokens':9,'completion_tokens':4,'total_tokens':13,'cached_tokens':2 | 9",
                "Anthropic's names | 'input_tokens':900,'output_tokens':4,'cache_read_input_tokens':100 | 1000",
                "Databricks | 'prompt_tokens':90,'completion_tokens':4,'total_tokens':94,'cache_read_input_tokens':10,'cache_creation_input_tokens':5 | 105",
                "both names | 'prompt_tokens':90,'completion_tokens':4,'cache_read_input_tokens':10,'prompt_tokens_details':{'cached_tokens':10} | 90",
                "more than the input | 'prompt_tokens':9,'completion_tokens':4,'prompt_tokens_details':{'cached_tokens':10} | 19",
                "in the total | 'prompt_tokens':90,'completion_tokens':4,'total_tokens':104,'cached_tokens':10 | 100",
                "no cache | 'prompt_tokens':9,'completion_tokens':4,'cache_read_input_tokens':0 | 9"
            })
    void allTokensOfThePrompt(String server, String usage, long prompt) {
        assertThat(read(usage).promptTokens()).hasValue(prompt);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "OpenAI | 'prompt_tokens':15,'completion_tokens':8,'completion_tokens_details':{'reasoning_tokens':2} | 8",
                "xAI | 'prompt_tokens':12,'completion_tokens':200,'total_tokens':312,'completion_tokens_details':{'reasoning_tokens':100},'num_sources_used':0 | 300",
                "Gemini | 'prompt_tokens':21,'completion_tokens':0,'total_tokens':81,'completion_tokens_details':{'reasoning_tokens':60} | 60",
                "no total | 'prompt_tokens':21,'completion_tokens':5,'completion_tokens_details':{'reasoning_tokens':60} | 65",
                "no reasoning | 'prompt_tokens':21,'completion_tokens':5 | 5"
            })
    void allTokensOfTheAnswer(String server, String usage, long answer) {
        assertThat(read(usage).answerTokens()).hasValue(answer);
    }
}
