package dev.postern.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Usage;
import dev.postern.testkit.project.FootprintContract;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.usage", 64_000, 1_072_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object pricing = call(
                modules.loadClass(Pricing.class.getName()),
                "parse",
                "{\"currency\": \"USD\", \"prices\": [{\"model\": \"m\", \"input\": 1, \"output\": 2}]}");
        Class<?> usage = modules.loadClass(Usage.class.getName());
        Object tokens = usage.getMethod("of", long.class, long.class).invoke(null, 1_000_000L, 500_000L);

        assertThat(call(pricing, "cost", "any", "m", tokens)).hasToString("Optional[2 USD]");
    }
}
