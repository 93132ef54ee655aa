package org.koegura.governance.account;

import java.util.random.RandomGenerator;

/// Makes passwords to be read from a screen and typed: four groups of five from 31 letters and digits that cannot be
/// taken for one another; 99 bits.
final class GeneratedPassword {

    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int GROUPS = 4;
    private static final int GROUP_CHARACTERS = 5;

    private GeneratedPassword() {}

    static String next(RandomGenerator random) {
        StringBuilder password = new StringBuilder();
        for (int group = 0; group < GROUPS; group++) {
            if (group > 0) {
                password.append('-');
            }
            for (int place = 0; place < GROUP_CHARACTERS; place++) {
                password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
        }
        return password.toString();
    }
}
