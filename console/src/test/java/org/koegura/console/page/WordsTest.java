package org.koegura.console.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.Unrecorded;
import org.koegura.governance.Purpose;
import org.koegura.governance.Refusal;
import org.koegura.governance.account.Role;
import org.koegura.governance.standing.StandingExemption;
import org.koegura.governance.standing.StandingRefusal;

/// Every text exists in both languages, and every text that is used exists.
class WordsTest {

    private static final Words JAPANESE = Words.in(Language.JA);
    private static final Words ENGLISH = Words.in(Language.EN);

    private static final Pattern PLACE = Pattern.compile("\\{[0-9]}");

    /// `text("key"…)`, `fact(words, "key"…)` and `time(words, "key"…)`.
    private static final Pattern USED =
            Pattern.compile("(?:text\\(|(?:fact|time)\\(\\s*words,\\s*)\"([a-z0-9.-]*[a-z0-9])\"");

    /// `Problem.of(400, "key"…)`, and `of(401, "key")` inside of it.
    private static final Pattern USED_PROBLEM = Pattern.compile("\\bof\\([a-z0-9]+,\\s*\"([a-z-]+)\"");

    @Test
    void bothLanguagesHaveTheSameKeys() {
        assertThat(JAPANESE.keys()).isEqualTo(ENGLISH.keys()).hasSizeGreaterThan(150);
    }

    @Test
    void noTextIsEmptyAndBothHaveTheSamePlaces() {
        for (String key : JAPANESE.keys()) {
            assertThat(JAPANESE.text(key)).as(key).isNotBlank();
            assertThat(ENGLISH.text(key)).as(key).isNotBlank();
            assertThat(places(ENGLISH.text(key))).as(key).isEqualTo(places(JAPANESE.text(key)));
        }
    }

    private static Set<String> places(String text) {
        return new TreeSet<>(
                PLACE.matcher(text).results().map(MatchResult::group).toList());
    }

    @Test
    void everyKeyThatSourcesAndTemplatesNameExists() throws IOException {
        Set<String> used = new TreeSet<>();
        for (String file : sources()) {
            USED.matcher(file).results().forEach(found -> used.add(found.group(1)));
            USED_PROBLEM.matcher(file).results().forEach(found -> {
                used.add("problem." + found.group(1) + ".title");
                used.add("problem." + found.group(1) + ".detail");
            });
        }

        assertThat(used).hasSizeGreaterThan(90).contains("problem.not-found.detail", "fact.root", "live.title");
        assertThat(JAPANESE.keys()).containsAll(used);
    }

    @Test
    void everyConstantThatIsShownHasItsText() {
        Stream.of(
                        of("stage", Stage.values()),
                        of("direction", Direction.values()),
                        of("unrecorded", Unrecorded.values()),
                        of("party.withheld", Anonymity.values()),
                        of("ground", Ground.values()),
                        of("result", CallOutcome.Result.values()),
                        of("end", EndReason.values()),
                        of("channel", Exemption.Channel.values()),
                        of("leg", Leg.values()),
                        of("standing-status", StandingExemption.Status.values()),
                        of("withheld", StreamAccount.Withheld.values()),
                        of("purpose", Purpose.OfArticle1.values()),
                        of("role", Role.values()),
                        of("problem", Refusal.Reason.values()).map(key -> key + ".title"),
                        of("problem", StandingRefusal.values())
                                .map(key -> key.replace("problem.", "problem.standing-") + ".detail"),
                        of("problem", Refusal.Source.values()).map(key -> key + ".detail"))
                .flatMap(keys -> keys)
                .forEach(key -> assertThat(JAPANESE.keys()).contains(key));
    }

    private static Stream<String> of(String prefix, Enum<?>[] constants) {
        return Stream.of(constants)
                .map(constant ->
                        prefix + "." + constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @Test
    void noTextStandsInTemplates() throws IOException {
        for (String template : files(Path.of("src/main/jte"))) {
            assertThat(template).doesNotContainPattern("[ぁ-んァ-ヶ一-龠]");
        }
    }

    @Test
    void aKeyThatDoesNotExistIsAFaultOfTheProgram() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JAPANESE.text("no.such.key"))
                .withMessageContaining("no.such.key");
    }

    private static List<String> sources() throws IOException {
        return Stream.concat(files(Path.of("src/main/java")).stream(), files(Path.of("src/main/jte")).stream())
                .toList();
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file));
            }
            return texts;
        }
    }
}
