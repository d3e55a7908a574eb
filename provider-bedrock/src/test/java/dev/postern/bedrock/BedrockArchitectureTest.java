package dev.postern.bedrock;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.postern.testkit.project.ArchitectureContract;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BedrockArchitectureTest extends ArchitectureContract {
    private static final String WITHOUT_TRANSPORT = ".*Writer|.*Blocks|Block.*|KeptBytes|ConverseTurns?|FrameHeaders";

    BedrockArchitectureTest() {
        super("dev.postern.bedrock", Set.of("AwsSdkChains"), WITHOUT_TRANSPORT, "javax.crypto..");
    }

    @Test
    void onlyOneClassUsesTheAwsSdkAndOnlyTheBridgeUsesThisClass() {
        noClasses()
                .that()
                .doNotHaveSimpleName("AwsSdkChains")
                .should()
                .dependOnClassesThat(resideInAnyPackage("software.amazon.."))
                .check(provider);
        classes()
                .that()
                .haveSimpleName("AwsSdkChains")
                .should()
                .onlyHaveDependentClassesThat()
                .haveSimpleNameStartingWith("AwsSdk")
                .check(provider);
    }

    @Test
    void writersAndBlocksDoNotUseCredentials() {
        noClasses()
                .that(named(WITHOUT_TRANSPORT))
                .should()
                .dependOnClassesThat()
                .haveSimpleNameStartingWith("Aws")
                .check(provider);
    }
}
