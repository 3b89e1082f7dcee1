/** Mantine in our clothes: its variables are ours, and no component keeps its default look. Components are named, not
 * imported, so that each stays in the chunk of the screen that uses it. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";
import { t } from "./words";

const teal: MantineColorsTuple = [
  "#e2f0ee",
  "#cfe6e3",
  "#a9d0cb",
  "#7fb9b2",
  "#55bdb3",
  "#2f938b",
  "#1d7f78",
  "#14746e",
  "#0f6b66",
  "#0b5450",
];
const small = { size: "sm" } as const;

export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  colors: { teal },
  primaryColor: "teal",
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  headings: { fontWeight: "600" },
  components: {
    Button: { defaultProps: { ...small, fw: 600 } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Badge: { defaultProps: { variant: "light", radius: 4, tt: "none", fw: 600 } },
    Checkbox: { defaultProps: small },
    Drawer: { defaultProps: { overlayProps: { color: "var(--shade)", backgroundOpacity: 1 } } },
    Input: { defaultProps: small },
    InputWrapper: {
      defaultProps: { inputWrapperOrder: ["label", "description", "input", "error"] },
    },
    Menu: { defaultProps: { shadow: "sm", transitionProps: { duration: 100 } } },
    Modal: {
      defaultProps: {
        centered: true,
        shadow: "none",
        overlayProps: { color: "var(--shade)", backgroundOpacity: 1 },
        transitionProps: { duration: 120 },
      },
    },
    NumberInput: { defaultProps: small },
    PasswordInput: {
      defaultProps: { ...small, visibilityToggleButtonProps: { "aria-label": t("Show what is written") } },
    },
    Popover: { defaultProps: { shadow: "sm", transitionProps: { duration: 100 } } },
    Select: { defaultProps: { ...small, checkIconPosition: "right", allowDeselect: false } },
    Switch: { defaultProps: small },
    Tabs: { defaultProps: { keepMounted: false } },
    TextInput: { defaultProps: small },
    Textarea: { defaultProps: { ...small, autosize: true, minRows: 2 } },
    Tooltip: { defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true } } },
  },
});

const shared = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--text-faint)",
  "--mantine-color-placeholder": "var(--text-faint)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-error": "var(--failed)",
  "--mantine-color-disabled": "var(--n3)",
  "--mantine-color-disabled-color": "var(--n7)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-filled-hover": "var(--accent-strong)",
  "--mantine-primary-color-contrast": "var(--on-accent)",
  "--mantine-primary-color-light": "var(--accent-soft)",
  "--mantine-primary-color-light-color": "var(--accent)",
  "--mantine-color-red-filled": "var(--failed)",
  "--mantine-color-red-text": "var(--failed)",
  "--mantine-color-teal-filled": "var(--accent)",
  "--mantine-color-teal-filled-hover": "var(--accent-strong)",
  "--mantine-color-teal-text": "var(--accent)",
  "--mantine-color-teal-light": "var(--accent-soft)",
  "--mantine-color-teal-light-color": "var(--accent)",
  "--mantine-color-gray-text": "var(--text-soft)",
  "--mantine-color-gray-light-color": "var(--text-soft)",
  "--mantine-color-gray-light-hover": "var(--sunken)",
};

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
