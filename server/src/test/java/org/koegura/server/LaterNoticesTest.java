package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.NoticeSource;

/// Whatever media ask for, they get from the room that has it.
class LaterNoticesTest {

    private static final AudioFormat FORMAT = new AudioFormat(0, "PCMU", 8000, 20);
    private static final Prompt NOTICE = prompt("notice");

    private final Later<NoticeSource> room = new Later<>();
    private final Later.Notices notices = new Later.Notices(room);

    private static Prompt prompt(String id) {
        return new Prompt(id, "ja", "This call is recorded.", "0".repeat(64));
    }

    private static Optional<NoticeFrames> sound(Prompt of, AudioFormat format) {
        return Optional.of(new NoticeFrames(of, format, List.of(new byte[160]), 0));
    }

    private static String idOf(Optional<NoticeFrames> sound) {
        return sound.orElseThrow().prompt().id();
    }

    @Test
    void eachSoundIsThatOfTheRoom() {
        room.is(new NoticeSource() {
            @Override
            public Optional<NoticeFrames> frames(Prompt prompt, AudioFormat format) {
                return sound(prompt, format);
            }

            @Override
            public Optional<NoticeFrames> tone(AudioFormat format) {
                return sound(prompt("tone"), format);
            }

            @Override
            public Optional<NoticeFrames> ringback(AudioFormat format) {
                return sound(prompt("ringback"), format);
            }
        });
        assertThat(idOf(notices.frames(NOTICE, FORMAT))).isEqualTo("notice");
        assertThat(idOf(notices.tone(FORMAT))).isEqualTo("tone");
        assertThat(idOf(notices.ringback(FORMAT))).isEqualTo("ringback");
    }

    @Test
    void nothingIsAskedForBeforeItIsThere() {
        assertThatIllegalStateException().isThrownBy(() -> notices.ringback(FORMAT));
    }
}
