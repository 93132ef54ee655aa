package org.koegura.governance.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PasswordHashTest {

    private final SecureRandom random = new SecureRandom();

    @Test
    void aPasswordMatchesItsHashAndNoOther() {
        String hash = PasswordHash.of("korrekt-窓口-7".toCharArray(), random);

        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(PasswordHash.matches("korrekt-窓口-7".toCharArray(), hash)).isTrue();
        assertThat(PasswordHash.matches("korrekt-窓口-8".toCharArray(), hash)).isFalse();
    }

    @Test
    void aHashMadeElsewhereIsUnderstood() {
        // The reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32 -e
        String reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(PasswordHash.matches("password".toCharArray(), reference)).isTrue();
        assertThat(PasswordHash.matches("Password".toCharArray(), reference)).isFalse();
    }

    @Test
    void theSamePasswordHashesDifferentlyEachTime() {
        assertThat(PasswordHash.of("a".toCharArray(), random)).isNotEqualTo(PasswordHash.of("a".toCharArray(), random));
    }

    @Test
    void nobodysHashIsComparedAsAnyOtherAndMatchesNothing() {
        String nobodys = PasswordHash.ofNobody(random);

        String somebodys = PasswordHash.of("a".toCharArray(), random);
        assertThat(nobodys).hasSameSizeAs(somebodys).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(nobodys).isNotEqualTo(PasswordHash.ofNobody(random));
        assertThat(PasswordHash.matches("".toCharArray(), nobodys)).isFalse();
    }

    @Test
    void somethingElseInTheDatabaseIsAFaultNotAMismatch() {
        assertThatIllegalStateException().isThrownBy(() -> PasswordHash.matches("a".toCharArray(), "a"));
    }

    @Test
    void generatedPasswordsAreLongAndUnambiguous() {
        for (int i = 0; i < 200; i++) {
            assertThat(GeneratedPassword.next(random)).matches("([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}");
        }
    }
}
