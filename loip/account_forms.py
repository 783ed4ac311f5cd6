"""Sign-in and password forms, in the product's own form patterns and words."""

from typing import Any

from allauth.account import forms as allauth_forms
from crispy_forms_gds.helper import FormHelper


class _Dressed:
    """Shown by crispy-forms, inside a form of the page's own, without grey words where typing goes."""

    fields: dict[str, Any]
    words: dict[str, str] = {
        "login": "Email address",
        "email": "Email address",
        "oldpassword": "Your password now",
        "password1": "New password",
        "password2": "New password again",
    }
    missing: dict[str, str] = {
        "login": "Enter your email address.",
        "email": "Enter your email address.",
        "password": "Enter your password.",
        "oldpassword": "Enter the password you have now.",
        "password1": "Enter a new password.",
        "password2": "Enter the new password again.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
            field.error_messages["required"] = self.missing.get(name, field.error_messages["required"])
            field.widget.attrs.pop("placeholder", None)
            if name in ("password", "oldpassword"):
                field.help_text = (
                    ""  # the way to a new password stands below the form, dressed as a link of ours
                )
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class LoginForm(_Dressed, allauth_forms.LoginForm):
    pass


class ReauthenticateForm(_Dressed, allauth_forms.ReauthenticateForm):
    pass


class ResetPasswordForm(_Dressed, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_Dressed, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(_Dressed, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(_Dressed, allauth_forms.SetPasswordForm):
    pass
