package org.koegura.verifier;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.RecordingFolder;

/// Check 2: the signature holds for the exact bytes of the manifest, and the signer is one whom the reader trusts.
final class SignatureCheck {

    static final int SIGNATURE_BYTES = 64;

    private SignatureCheck() {}

    static void examine(RecordingFolder folder, Members manifest, List<PublicKey> trusted, Findings findings)
            throws Malformed, IOException {
        PublicKey key = requireSigned(folder, manifest);
        if (trusted.isEmpty()) {
            findings.notChecked(
                    Check.SIGNATURE, "the signature holds, but whose it is needs a key that you trust (--trust)");
        } else if (trusted.stream().noneMatch(one -> Arrays.equals(one.getEncoded(), key.getEncoded()))) {
            throw new Malformed("the signature holds, but its signer is not a key that you trust");
        }
    }

    /// The signer's key, under which the signature holds. Throws [Malformed] where it does not.
    static PublicKey requireSigned(RecordingFolder folder, Members manifest) throws Malformed, IOException {
        Members signer = manifest.object("signer");
        signer.oneOf("algorithm", "Ed25519");
        PublicKey key = publicKey(signer);
        byte[] signature = folder.bytes(RecordingFolder.SIGNATURE, 1 << 10);
        if (signature.length != SIGNATURE_BYTES) {
            throw new Malformed("manifest.sig has " + signature.length + " bytes, not " + SIGNATURE_BYTES);
        }
        byte[] signed = folder.bytes(RecordingFolder.MANIFEST, RecordingFolder.MANIFEST_BYTES_MAX);
        if (!holds(key, signed, signature)) {
            throw new Malformed("manifest.sig is not the signature of manifest.json under its signer's key");
        }
        return key;
    }

    private static PublicKey publicKey(Members signer) throws Malformed {
        try {
            byte[] encoded = Base64.getDecoder().decode(signer.text("publicKey"));
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (IllegalArgumentException | GeneralSecurityException unusable) {
            throw signer.fault("publicKey", "an Ed25519 key in base64 is needed");
        }
    }

    private static boolean holds(PublicKey key, byte[] signed, byte[] signature) {
        try {
            Signature verification = Signature.getInstance("Ed25519");
            verification.initVerify(key);
            verification.update(signed);
            return verification.verify(signature);
        } catch (GeneralSecurityException | IllegalArgumentException unusable) {
            return false;
        }
    }
}
