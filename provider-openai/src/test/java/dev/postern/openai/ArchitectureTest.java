package dev.postern.openai;

import dev.postern.testkit.project.ArchitectureContract;
import java.util.Set;

class ArchitectureTest extends ArchitectureContract {
    ArchitectureTest() {
        super(
                "dev.postern.openai",
                Set.of(),
                ".*Writer|ToolCallAssembler|PartialToolCall|CallArguments|DeltaReader|UsageReader");
    }
}
