package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;
import java.util.List;
import java.util.Map;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.schema", 190_000, 1_196_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> type = modules.loadClass(SchemaValidator.class.getName());
        Object schema = call(type, "of", Map.of("type", "string"));

        assertThat(call(schema, "problems", "a text")).isEqualTo(List.of());
        assertThat((List<?>) call(schema, "problems", true)).hasSize(1);
    }
}
