package dev.postern.bedrock;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The allowed dependencies of the provider. */
class BedrockArchitectureTest {
    private static final JavaClasses PROVIDER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.postern.bedrock");

    @Test
    void onlyTheAwsSdkClassUsesMoreThanCoreAndTheJdk() {
        classes()
                .that(resideInAPackage("dev.postern.bedrock"))
                .and()
                .doNotHaveSimpleName("AwsSdkChains")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "dev.postern",
                        "dev.postern.http",
                        "dev.postern.json",
                        "dev.postern.spi",
                        "dev.postern.bedrock",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify.annotations"))
                .check(PROVIDER);
    }

    @Test
    void onlyOneClassUsesTheAwsSdkAndOnlyTheBridgeUsesThisClass() {
        noClasses()
                .that()
                .doNotHaveSimpleName("AwsSdkChains")
                .should()
                .dependOnClassesThat(resideInAnyPackage("software.amazon.."))
                .check(PROVIDER);
        classes()
                .that()
                .haveSimpleName("AwsSdkChains")
                .should()
                .onlyHaveDependentClassesThat()
                .haveSimpleNameStartingWith("AwsSdk")
                .check(PROVIDER);
    }

    @Test
    void writersAndBlocksUseNeitherTransportNorCredentials() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Writer")
                .or()
                .haveSimpleName("ContentBlocks")
                .or()
                .haveSimpleName("ConverseTurns")
                .or()
                .haveSimpleName("FrameHeaders")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.postern.http"))
                .orShould()
                .dependOnClassesThat()
                .haveSimpleNameStartingWith("Aws")
                .check(PROVIDER);
    }

    @Test
    void everyClassIsFinal() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(PROVIDER);
    }
}
