import COpus
import CVPX
public enum SimB {}
